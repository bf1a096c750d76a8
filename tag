W/"abc"
