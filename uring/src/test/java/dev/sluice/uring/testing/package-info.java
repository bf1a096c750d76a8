/**
 * Of the test kit: what a test asks of the process itself, whichever the ring. The artifact is that of {@code dev.sluice.uring.simulated}.
 */
package dev.sluice.uring.testing;
