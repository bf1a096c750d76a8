/**
 * HTTP/1.1 load from one thread: closed loop for capacity, open loop at a fixed rate for latency that is free of
 * coordinated omission.
 */
package dev.sluice.perf.load;
