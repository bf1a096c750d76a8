/**
 * io_uring of the running kernel: set-up and its diagnosis, the two queues in mapped memory, the native calls by liburing or without it. For
 * everybody is {@link dev.sluice.uring.kernel.KernelRing}; all else stays inside.
 */
@NullMarked
package dev.sluice.uring.kernel;

import org.jspecify.annotations.NullMarked;
