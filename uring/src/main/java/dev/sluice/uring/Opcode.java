package dev.sluice.uring;

/**
 * Operations of a submission queue entry, as the kernel numbers them (IORING_OP_*). The version is that of the first kernel to have it.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/io_uring_enter.2.html">io_uring_enter(2)</a>
 */
public final class Opcode {

    /** Does nothing and completes with 0; 5.1. */
    public static final int NOP = 0;

    /** Waits until a descriptor is ready, poll(2); 5.1, multishot 5.13. */
    public static final int POLL_ADD = 6;

    /** Ends or changes a POLL_ADD; 5.1. */
    public static final int POLL_REMOVE = 7;

    /** Completes after a time or a number of completions; 5.4. */
    public static final int TIMEOUT = 11;

    /** accept4(2); 5.5, multishot 5.19. */
    public static final int ACCEPT = 13;

    /** Asks for the end of another operation; 5.5. */
    public static final int ASYNC_CANCEL = 14;

    /** close(2); 5.6. */
    public static final int CLOSE = 19;

    /** statx(2); 5.6. */
    public static final int STATX = 21;

    /** pread(2) into one buffer; 5.6. */
    public static final int READ = 22;

    /** pwrite(2) from one buffer; 5.6. */
    public static final int WRITE = 23;

    /** send(2); 5.6. */
    public static final int SEND = 26;

    /** recv(2); 5.6. */
    public static final int RECV = 27;

    /** openat2(2); 5.6. */
    public static final int OPENAT2 = 28;

    /** shutdown(2); 5.11. */
    public static final int SHUTDOWN = 34;

    /** Posts a completion to another ring; 5.18. */
    public static final int MSG_RING = 40;

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
            case POLL_ADD -> "POLL_ADD";
            case POLL_REMOVE -> "POLL_REMOVE";
            case TIMEOUT -> "TIMEOUT";
            case ACCEPT -> "ACCEPT";
            case ASYNC_CANCEL -> "ASYNC_CANCEL";
            case CLOSE -> "CLOSE";
            case STATX -> "STATX";
            case READ -> "READ";
            case WRITE -> "WRITE";
            case SEND -> "SEND";
            case RECV -> "RECV";
            case OPENAT2 -> "OPENAT2";
            case SHUTDOWN -> "SHUTDOWN";
            case MSG_RING -> "MSG_RING";
            default -> "opcode " + opcode;
        };
    }
}
