// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

import dev.sluice.uring.memory.NativeMemory;

/**
 * What a {@link Ring} has the kernel keep beside its two queues: buffers that are mapped once, buffers to pick from, and limits of its workers.
 *
 * <p>Only for the ring's owner thread, before close. A ring that is not the kernel's refuses buffers by a {@link RingException} with EOPNOTSUPP.
 */
public interface RingRegistration {

    /**
     * Limits the kernel worker threads that carry out, for the owner thread, what cannot be done without waiting.
     *
     * @param bounded for files: their work ends by itself; 0 keeps the present limit
     * @param unbounded for sockets, pipes and devices, which may wait for ever; 0 keeps the present limit
     * @throws IllegalArgumentException if one is negative
     * @throws RingException if the kernel refuses the values
     * @see <a href="https://man7.org/linux/man-pages/man3/io_uring_register_iowq_max_workers.3.html">
     *     io_uring_register_iowq_max_workers(3)</a>
     */
    void limitWorkers(int bounded, int unbounded);

    /**
     * Registers buffers for {@link Sqe#prepReadFixed} and {@link Sqe#prepWriteFixed}: the kernel maps and pins their pages once, not for
     * every operation. They stay pinned until {@link #unregisterBuffers} or close, and must not be unmapped before.
     *
     * @param buffers at most 16,384 of at most 1 GiB; an operation names one by its place here
     * @throws RingException if the kernel refuses: EBUSY if buffers are registered already, ENOMEM above RLIMIT_MEMLOCK; EOPNOTSUPP if this
     *     ring has no such registration
     * @see <a href="https://man7.org/linux/man-pages/man3/io_uring_register_buffers.3.html">io_uring_register_buffers(3)</a>
     */
    void registerBuffers(NativeMemory... buffers);

    /**
     * Registers an empty table of buffers, to be filled by {@link #registerBuffer} while operations are in flight: for memory that is
     * taken as it is needed. In place of {@link #registerBuffers}.
     *
     * @param places at most 16,384
     * @throws RingException if the kernel refuses: EBUSY if buffers are registered already, EINVAL before 5.19; EOPNOTSUPP if this ring has no
     *     such registration
     * @see <a href="https://man7.org/linux/man-pages/man3/io_uring_register_buffers.3.html">io_uring_register_buffers_sparse(3)</a>
     */
    void registerBufferTable(int places);

    /**
     * Registers a buffer at a place of the table: the kernel maps and pins its pages as {@link #registerBuffers} says.
     *
     * @param place 0 and up; what it had is let go of when no operation uses it any more
     * @param address of memory that stays mapped until {@link #unregisterBuffers} or close
     * @param lengthBytes at most 1 GiB
     * @throws RingException if the kernel refuses: ENOMEM above RLIMIT_MEMLOCK, EINVAL if there is no such place, ENXIO if there is no table;
     *     EOPNOTSUPP if this ring has no such registration
     * @see <a href="https://man7.org/linux/man-pages/man3/io_uring_register_buffers.3.html">
     *     io_uring_register_buffers_update_tag(3)</a>
     */
    void registerBuffer(int place, long address, int lengthBytes);

    /**
     * Lets go of the registered buffers, after waiting for the operations in flight on them.
     *
     * @throws RingException with ENXIO if none are registered; EOPNOTSUPP if this ring has no such registration
     */
    void unregisterBuffers();

    /**
     * Shares a ring of buffers with the kernel, to pick from when bytes arrive. {@link BufferRing} is what calls this.
     *
     * @param group its number, 0 to 65,535
     * @param address of the ring, page-aligned
     * @param entries a power of two, at most 32,768
     * @throws RingException if the kernel refuses: EINVAL before 5.19, EEXIST if the group is in use; EOPNOTSUPP if this ring has no such
     *     registration
     * @see <a href="https://man7.org/linux/man-pages/man3/io_uring_register_buf_ring.3.html">io_uring_register_buf_ring(3)</a>
     */
    void registerBufferRing(int group, long address, int entries);

    /**
     * Takes a ring of buffers back from the kernel.
     *
     * @param group its number
     * @throws RingException with ENOENT if there is none; EOPNOTSUPP if this ring has no such registration
     */
    void unregisterBufferRing(int group);
}
