/**
 * What there is a bounded amount of, and the lines of those who wait for it: one kind of limit and one order for memory, descriptors,
 * connections, workers and disks. Knows operations as what waits, and nothing of what they do. Called by every room above; not by servers,
 * whose face of it is {@code dev.sluice.aio.Allowance}.
 */
package dev.sluice.aio.line;
