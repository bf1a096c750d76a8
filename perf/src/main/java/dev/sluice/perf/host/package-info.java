/** What a measurement needs of the machine: control groups, a throttled disk, pinned CPUs, and its description. */
package dev.sluice.perf.host;
