/** What is measured in a process of its own: the programs, and how they are started and read. */
package dev.sluice.perf.fork;
