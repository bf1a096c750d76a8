/** A server that sends what a file grows by to everybody: {@link dev.sluice.samples.tail.TailServer}. */
package dev.sluice.samples.tail;
