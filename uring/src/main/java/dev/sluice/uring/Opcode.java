// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

/**
 * Operations of a submission queue entry, as the kernel numbers them (IORING_OP_*). The version is that of the first kernel to have it.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/io_uring_enter.2.html">io_uring_enter(2)</a>
 */
public final class Opcode {

    /** Does nothing and completes with 0; 5.1. */
    public static final int NOP = 0;

    /** preadv(2); 5.1. */
    public static final int READV = 1;

    /** pwritev(2); 5.1. */
    public static final int WRITEV = 2;

    /** fsync(2) and fdatasync(2); 5.1. */
    public static final int FSYNC = 3;

    /** pread(2) into a registered buffer; 5.1. */
    public static final int READ_FIXED = 4;

    /** pwrite(2) from a registered buffer; 5.1. */
    public static final int WRITE_FIXED = 5;

    /** Waits until a descriptor is ready, poll(2); 5.1, multishot 5.13. */
    public static final int POLL_ADD = 6;

    /** Ends or changes a POLL_ADD; 5.1. */
    public static final int POLL_REMOVE = 7;

    /** sendmsg(2); 5.3. */
    public static final int SENDMSG = 9;

    /** recvmsg(2); 5.3. */
    public static final int RECVMSG = 10;

    /** Completes after a time or a number of completions; 5.4. */
    public static final int TIMEOUT = 11;

    /** accept4(2); 5.5, multishot 5.19. */
    public static final int ACCEPT = 13;

    /** Asks for the end of another operation; 5.5. */
    public static final int ASYNC_CANCEL = 14;

    /** connect(2); 5.5. */
    public static final int CONNECT = 16;

    /** fallocate(2); 5.6. */
    public static final int FALLOCATE = 17;

    /** close(2); 5.6. */
    public static final int CLOSE = 19;

    /** statx(2); 5.6. */
    public static final int STATX = 21;

    /** pread(2) into one buffer; 5.6. */
    public static final int READ = 22;

    /** pwrite(2) from one buffer; 5.6. */
    public static final int WRITE = 23;

    /** posix_fadvise(2); 5.6. */
    public static final int FADVISE = 24;

    /** send(2); 5.6. */
    public static final int SEND = 26;

    /** recv(2); 5.6, multishot 6.0. */
    public static final int RECV = 27;

    /** openat2(2); 5.6. */
    public static final int OPENAT2 = 28;

    /** shutdown(2); 5.11. */
    public static final int SHUTDOWN = 34;

    /** renameat2(2); 5.11. */
    public static final int RENAMEAT = 35;

    /** unlinkat(2); 5.11. */
    public static final int UNLINKAT = 36;

    /** mkdirat(2); 5.15. */
    public static final int MKDIRAT = 37;

    /** symlinkat(2); 5.15. */
    public static final int SYMLINKAT = 38;

    /** linkat(2); 5.15. */
    public static final int LINKAT = 39;

    /** Posts a completion to another ring; 5.18. */
    public static final int MSG_RING = 40;

    /** setxattr(2); 5.19. */
    public static final int SETXATTR = 42;

    /** getxattr(2); 5.19. */
    public static final int GETXATTR = 44;

    /** send(2) without a copy; 6.0. Multishot receives, which no probe tells of, came with it. */
    public static final int SEND_ZC = 47;

    /** ftruncate(2); 6.9. */
    public static final int FTRUNCATE = 55;

    private Opcode() {}

    /**
     * The kernel's name of an operation, for messages.
     *
     * @param opcode one of the constants of this class
     * @return for example {@code OPENAT2}; {@code opcode 99} for any other number
     */
    public static String name(int opcode) {
        return switch (opcode) {
            case NOP -> "NOP";
            case READV -> "READV";
            case WRITEV -> "WRITEV";
            case FSYNC -> "FSYNC";
            case READ_FIXED -> "READ_FIXED";
            case WRITE_FIXED -> "WRITE_FIXED";
            case POLL_ADD -> "POLL_ADD";
            case POLL_REMOVE -> "POLL_REMOVE";
            case SENDMSG -> "SENDMSG";
            case RECVMSG -> "RECVMSG";
            case TIMEOUT -> "TIMEOUT";
            case ACCEPT -> "ACCEPT";
            case ASYNC_CANCEL -> "ASYNC_CANCEL";
            case CONNECT -> "CONNECT";
            case FALLOCATE -> "FALLOCATE";
            case CLOSE -> "CLOSE";
            case STATX -> "STATX";
            case READ -> "READ";
            case WRITE -> "WRITE";
            case FADVISE -> "FADVISE";
            case SEND -> "SEND";
            case RECV -> "RECV";
            case OPENAT2 -> "OPENAT2";
            case SHUTDOWN -> "SHUTDOWN";
            case RENAMEAT -> "RENAMEAT";
            case UNLINKAT -> "UNLINKAT";
            case MKDIRAT -> "MKDIRAT";
            case SYMLINKAT -> "SYMLINKAT";
            case LINKAT -> "LINKAT";
            case MSG_RING -> "MSG_RING";
            case SETXATTR -> "SETXATTR";
            case GETXATTR -> "GETXATTR";
            case SEND_ZC -> "SEND_ZC";
            case FTRUNCATE -> "FTRUNCATE";
            default -> "opcode " + opcode;
        };
    }
}
