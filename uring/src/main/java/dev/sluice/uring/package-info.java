/**
 * The ring: io_uring's submission and completion queues in mapped memory, and the few libc calls that a server needs beside them.
 *
 * <p>{@link dev.sluice.uring.Ring} is the contract, {@link dev.sluice.uring.KernelRing} the Linux implementation, and
 * {@link dev.sluice.uring.EmulatedRing} what takes its place where io_uring is refused. The constants keep the kernel's names;
 * {@link dev.sluice.uring.Errno} turns its verdicts into words. Nothing else in the project calls native code.
 */
package dev.sluice.uring;
