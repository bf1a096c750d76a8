module consumer {
    requires dev.sluice.aio;
}
