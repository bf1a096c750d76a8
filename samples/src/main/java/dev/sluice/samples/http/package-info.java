/** A static file server on HTTP/1.1: one ring, one queue, one thread, and a container for each client. */
package dev.sluice.samples.http;
