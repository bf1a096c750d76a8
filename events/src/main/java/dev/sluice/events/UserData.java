package dev.sluice.events;

/**
 * The 64 bits that the kernel carries from an SQE to its CQEs.
 *
 * <pre>
 *  63                    40 39      32 31                              0
 * +------------------------+----------+---------------------------------+
 * |       generation       |   kind   |              slot               |
 * +------------------------+----------+---------------------------------+
 * </pre>
 *
 * <p>Never a pointer, and a descriptor only where it is closed: its number may be in use again when a late completion
 * arrives, a slot of the same generation cannot.
 */
final class UserData {
    /** A poll of the INTERESTED set. */
    static final int KIND_POLL = 1;

    /** An operation with a slot of its own. */
    static final int KIND_OPERATION = 2;

    /** A cancellation: its own result is only counted, the target's completion tells the outcome. */
    static final int KIND_CANCEL = 3;

    /** The queue's own poll that lets other threads wake it. */
    static final int KIND_WAKEUP = 4;

    /** An operation whose result is a descriptor: one that nobody waits for any more must be closed. */
    static final int KIND_DESCRIPTOR = 5;

    /** What another queue's ring posted here: there is something in a mailbox. */
    static final int KIND_MESSAGE = 6;

    /** A message to another queue's ring: whether it was posted there. */
    static final int KIND_MESSAGE_SENT = 7;

    /** The close of a descriptor that nobody waits for; in place of the slot, the descriptor. */
    static final int KIND_DISCARD = 8;

    static final int GENERATION_MASK = 0xFF_FFFF;

    private UserData() {}

    static long encode(int generation, int kind, int slot) {
        return ((long) (generation & GENERATION_MASK) << 40) | ((long) (kind & 0xFF) << 32) | (slot & 0xFFFF_FFFFL);
    }

    static int generation(long userData) {
        return (int) (userData >>> 40);
    }

    static int kind(long userData) {
        return (int) (userData >>> 32) & 0xFF;
    }

    static int slot(long userData) {
        return (int) userData;
    }
}
