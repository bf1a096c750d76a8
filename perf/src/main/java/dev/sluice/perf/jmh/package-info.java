/** Micro benchmarks of the queue, run by JMH in a JVM of their own each. */
package dev.sluice.perf.jmh;
