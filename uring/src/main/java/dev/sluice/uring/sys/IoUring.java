// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

/**
 * Numbers of io_uring's three system calls, the same on all machines but Alpha.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/io_uring.7.html">io_uring(7)</a>
 */
public final class IoUring {

    /** syscall: io_uring_setup(2), with the entries and the address of a {@link ParamsLayout}; returns a descriptor, close-on-exec. */
    public static final long SYS_IO_URING_SETUP = 425;

    /** syscall: io_uring_enter(2), with the parameters of {@link LibUring#io_uring_enter2}. */
    public static final long SYS_IO_URING_ENTER = 426;

    /** syscall: io_uring_register(2), with the parameters of {@link LibUring#io_uring_register}. */
    public static final long SYS_IO_URING_REGISTER = 427;

    /** mmap: offset of the two rings, which share one mapping since 5.4. */
    public static final long OFF_SQ_RING = 0L;

    /** mmap: offset of the submission queue entries. */
    public static final long OFF_SQES = 0x10000000L;

    /** io_uring_enter: runs completion work, and waits if told so. */
    public static final int ENTER_GETEVENTS = 1;

    /** io_uring_enter: the argument is a {@link GeteventsArgLayout}; 5.11. */
    public static final int ENTER_EXT_ARG = 1 << 3;

    /** io_uring_enter: the wait does not count as waiting for I/O; 6.15. */
    public static final int ENTER_NO_IOWAIT = 1 << 7;

    /** Flag in the submission ring: completions wait for room in the completion queue; 5.8. */
    public static final int SQ_CQ_OVERFLOW = 1 << 1;

    /** Flag in the submission ring: completion work waits for the owner to enter; 5.19. */
    public static final int SQ_TASKRUN = 1 << 2;

    /** io_uring_register: maps buffers for good, an array of {@link IovecLayout}; 5.1. */
    public static final int REGISTER_BUFFERS = 0;

    /** io_uring_register: lets go of them; 5.1. */
    public static final int UNREGISTER_BUFFERS = 1;

    /** io_uring_register: fills a {@link ProbeLayout}; 5.6. */
    public static final int REGISTER_PROBE = 8;

    /** io_uring_register: enables a disabled ring; 5.10. */
    public static final int REGISTER_ENABLE_RINGS = 12;

    /** io_uring_register: a table of buffers, a {@link RsrcRegisterLayout} and its size; 5.13. */
    public static final int REGISTER_BUFFERS2 = 15;

    /** io_uring_register: changes places of the table, a {@link RsrcUpdateLayout} and its size; 5.13. */
    public static final int REGISTER_BUFFERS_UPDATE = 16;

    /** In {@link RsrcRegisterLayout#FLAGS}: all places are empty; 5.19. */
    public static final int RSRC_REGISTER_SPARSE = 1;

    /** io_uring_register: sets and returns the limits of worker threads, two ints; 5.15. */
    public static final int REGISTER_IOWQ_MAX_WORKERS = 19;

    /** io_uring_register: shares a ring of buffers to pick from, one {@link BufRegLayout}; 5.19. */
    public static final int REGISTER_PBUF_RING = 22;

    /** io_uring_register: lets go of it, one {@link BufRegLayout}; 5.19. */
    public static final int UNREGISTER_PBUF_RING = 23;

    /** In the length of POLL_ADD: goes on after the first completion; 5.13. */
    public static final int POLL_ADD_MULTI = 1;

    /** In the ioprio of ACCEPT: goes on after the first connection; 5.19. */
    public static final int ACCEPT_MULTISHOT = 1;

    /** In the ioprio of ACCEPT: does not wait for a connection; 6.10. */
    public static final int ACCEPT_DONTWAIT = 1 << 1;

    /** In the flags of FSYNC: leaves out what is not needed to read the data back; 5.1. */
    public static final int FSYNC_DATASYNC = 1;

    private IoUring() {}
}
