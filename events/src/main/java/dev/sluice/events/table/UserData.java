// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.table;

/**
 * The 64 bits that the kernel carries from an SQE to its CQEs.
 *
 * <pre>
 *  63  60 59                                    24 23                      0
 * +------+----------------------------------------+-------------------------+
 * | kind |               generation               |          slot           |
 * +------+----------------------------------------+-------------------------+
 * </pre>
 *
 * <p>Never a pointer, and a descriptor only where it is closed: its number may be in use again when a late completion
 * arrives, a slot of the same generation cannot. A generation comes again when its slot was used 2^36 times: after four hours
 * at five million operations a second, all in one slot; an id kept so long is mistaken during one of the 2^36 uses only. What
 * the application may see as an id is not negative.
 */
public final class UserData {
    /** A poll of the INTERESTED set. */
    public static final int KIND_POLL = 1;

    /** An operation with a slot of its own. */
    public static final int KIND_OPERATION = 2;

    /** A cancellation: its own result is only counted, the target's completion tells the outcome. */
    public static final int KIND_CANCEL = 3;

    /** The queue's own poll that lets other threads wake it. */
    public static final int KIND_WAKEUP = 4;

    /** An operation whose result is a descriptor: one that nobody waits for any more must be closed. */
    public static final int KIND_DESCRIPTOR = 5;

    /** What another queue's ring posted here: there is something in a mailbox. */
    public static final int KIND_MESSAGE = 6;

    /** A message to another queue's ring: whether it was posted there. */
    public static final int KIND_MESSAGE_SENT = 7;

    /** The close of a descriptor that nobody waits for; in place of generation and slot, the descriptor. */
    public static final int KIND_DISCARD = 8;

    /** An entry that was claimed for an operation and not prepared for it: of no concern to anybody. */
    public static final int KIND_NOTHING = 9;

    public static final int MOST_SLOTS = 1 << 24;
    static final long GENERATION_MASK = 0xF_FFFF_FFFFL;

    private static final int KIND_SHIFT = 60;
    private static final int GENERATION_SHIFT = 24;
    private static final int SLOT_MASK = MOST_SLOTS - 1;

    private UserData() {}

    public static long encode(long generation, int kind, int slot) {
        return ((long) kind << KIND_SHIFT) | ((generation & GENERATION_MASK) << GENERATION_SHIFT) | (slot & SLOT_MASK);
    }

    public static long encodeDiscard(int fd) {
        return ((long) KIND_DISCARD << KIND_SHIFT) | fd;
    }

    static long generation(long userData) {
        return (userData >>> GENERATION_SHIFT) & GENERATION_MASK;
    }

    public static int kind(long userData) {
        return (int) (userData >>> KIND_SHIFT);
    }

    public static int slot(long userData) {
        return (int) userData & SLOT_MASK;
    }

    /** Of {@link #KIND_DISCARD}. */
    public static int descriptor(long userData) {
        return (int) userData;
    }
}
