/**
 * The same operations without io_uring, by epoll and a bounded pool of threads. For everybody is
 * {@link dev.sluice.uring.emulated.EmulatedRing}; all else stays inside.
 */
@NullMarked
package dev.sluice.uring.emulated;

import org.jspecify.annotations.NullMarked;
