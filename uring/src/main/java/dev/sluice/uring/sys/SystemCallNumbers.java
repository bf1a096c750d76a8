// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

/**
 * Numbers of the calls in {@link SystemCalls}, each under the name of the kernel's headers: x86-64 has numbers of its own, aarch64 those of
 * asm-generic/unistd.h.
 */
public final class SystemCallNumbers {
    public static final long SYS_READ = Machine.number(0, 63);
    public static final long SYS_WRITE = Machine.number(1, 64);
    public static final long SYS_CLOSE = Machine.number(3, 57);
    public static final long SYS_IOCTL = Machine.number(16, 29);
    public static final long SYS_PREAD64 = Machine.number(17, 67);
    public static final long SYS_PWRITE64 = Machine.number(18, 68);
    public static final long SYS_CONNECT = Machine.number(42, 203);
    public static final long SYS_SENDTO = Machine.number(44, 206);
    public static final long SYS_RECVFROM = Machine.number(45, 207);
    public static final long SYS_SENDMSG = Machine.number(46, 211);
    public static final long SYS_RECVMSG = Machine.number(47, 212);
    public static final long SYS_SHUTDOWN = Machine.number(48, 210);
    public static final long SYS_GETSOCKNAME = Machine.number(51, 204);
    public static final long SYS_GETPEERNAME = Machine.number(52, 205);
    public static final long SYS_SETSOCKOPT = Machine.number(54, 208);
    public static final long SYS_GETSOCKOPT = Machine.number(55, 209);
    public static final long SYS_FCNTL = Machine.number(72, 25);
    public static final long SYS_EPOLL_CTL = Machine.number(233, 21);
    public static final long SYS_ACCEPT4 = Machine.number(288, 242);
    public static final long SYS_EPOLL_CREATE1 = Machine.number(291, 20);
    public static final long SYS_PREADV2 = Machine.number(327, 286);
    public static final long SYS_PWRITEV2 = Machine.number(328, 287);
    public static final long SYS_STATX = Machine.number(332, 291);

    /** openat2(2), 5.6. */
    public static final long SYS_OPENAT2 = 437;

    /** cachestat(2), 6.5. */
    public static final long SYS_CACHESTAT = 451;

    /** aarch64 has epoll_pwait instead, with two parameters more. */
    static final long EPOLL_WAIT = Machine.number(232, 22);

    /** aarch64 has ppoll instead, which takes the time limit by its address. */
    static final long POLL = Machine.number(7, 73);

    private SystemCallNumbers() {}
}
