/**
 * The ring: io_uring's submission and completion queues in mapped memory, and what who uses one needs. Begin with
 * {@link dev.sluice.uring.Ring}; {@link dev.sluice.uring.kernel.KernelRing} opens one of the running kernel, and
 * {@link dev.sluice.uring.emulated.EmulatedRing} what takes its place where io_uring is refused. Nothing else in the project calls native code.
 *
 * <p>The packages, from the ground up; each sees only those before it, and the two last do not see each other:
 *
 * <pre>
 *   sys        native calls as they are, and the layouts of structures           not for users
 *   linux      the words of Linux: its errors, flags, modes and masks
 *   memory     memory that the kernel can reach, and the structures written in it
 *   uring      this one: the ring as its users see it
 *   host       what this host lets a process do, and what helps where it does not    not for users
 *   base       what rings are made of, whoever carries the operations out        not for users
 *   call       system calls beside the ring, on descriptors
 *   kernel     the ring of the running kernel
 *   emulated   the ring that does without io_uring
 * </pre>
 */
@NullMarked
package dev.sluice.uring;

import org.jspecify.annotations.NullMarked;
