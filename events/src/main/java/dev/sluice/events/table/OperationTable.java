// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.table;

import dev.sluice.events.order.Signals;

/**
 * Slots for everything the kernel may still complete. A slot keeps its entry - and with it buffer, path memory,
 * container and attachment - alive until the last completion, and is reused with another generation only then.
 *
 * <p>Grows by a segment at a time up to its bound, so that no turn of the loop copies what there is; taking and freeing a
 * slot allocates nothing otherwise.
 */
public final class OperationTable {
    private static final int SEGMENT_BITS = 10;
    private static final int SEGMENT_SLOTS = 1 << SEGMENT_BITS;
    private static final int SEGMENT_MASK = SEGMENT_SLOTS - 1;

    /** Behind the last free slot. */
    private static final int NONE = -1;

    private final int maxSlots;

    /** By segment, null where there is none yet. */
    private final TableEntry[][] entries;

    private final long[][] generations;

    /** Of a free slot, the one that is to be taken after it. */
    private final int[][] nextFree;

    private int slots;
    private int firstFree = NONE;
    private int live;

    public OperationTable(int maxSlots) {
        this.maxSlots = maxSlots;
        final int segments = (maxSlots + SEGMENT_MASK) >>> SEGMENT_BITS;
        entries = new TableEntry[segments][];
        generations = new long[segments][];
        nextFree = new int[segments][];
        grow();
    }

    /** Gives {@code entry} a slot, or returns false when all of them are taken. */
    public boolean take(TableEntry entry, int kind) {
        if (firstFree == NONE && !grow()) {
            return false;
        }
        final int slot = firstFree;
        final int segment = slot >>> SEGMENT_BITS;
        final int index = slot & SEGMENT_MASK;
        firstFree = nextFree[segment][index];
        entries[segment][index] = entry;
        entry.slot = slot;
        entry.userData = UserData.encode(generations[segment][index], kind, slot);
        live++;
        return true;
    }

    public void free(TableEntry entry) {
        final int slot = entry.slot;
        if (slot == TableEntry.NO_SLOT || entryAt(slot) != entry) {
            throw new IllegalStateException("slot freed twice: " + Signals.describe(entry) + ", slot=" + slot);
        }
        final int segment = slot >>> SEGMENT_BITS;
        final int index = slot & SEGMENT_MASK;
        entries[segment][index] = null;
        generations[segment][index] = (generations[segment][index] + 1L) & UserData.GENERATION_MASK;
        nextFree[segment][index] = firstFree;
        firstFree = slot;
        entry.slot = TableEntry.NO_SLOT;
        live--;
    }

    /** Returns the entry that {@code userData} was made for, or null if its slot has moved on since. */
    public TableEntry find(long userData) {
        final int slot = UserData.slot(userData);
        if (slot >= slots) {
            return null;
        }
        final TableEntry entry = entryAt(slot);
        return entry != null && entry.userData == userData ? entry : null;
    }

    public int live() {
        return live;
    }

    public int capacity() {
        return maxSlots;
    }

    /** Returns the entry in a slot below {@link #slots()}, or null. */
    public TableEntry entryAt(int slot) {
        return entries[slot >>> SEGMENT_BITS][slot & SEGMENT_MASK];
    }

    public int slots() {
        return slots;
    }

    /** Hands a completion to the entry that it is for; false if its slot has moved on since. */
    public boolean reap(long userData, int result, int flags) {
        final TableEntry entry = find(userData);
        if (entry == null) {
            return false;
        }
        entry.reap(result, flags);
        return true;
    }

    /** See {@link TableEntry#claimNow}. */
    public static void claimNow(TableEntry entry) {
        entry.claimNow();
    }

    /** See {@link TableEntry#completedLate}. */
    public static void completedLate(TableEntry entry, int lateResult) {
        entry.completedLate(lateResult);
    }

    /** See {@link TableEntry#cancelForClose}. */
    public static void cancelForClose(TableEntry entry) {
        entry.cancelForClose();
    }

    /** What the kernel carries for the slot of an entry. */
    public static long userDataOf(TableEntry entry) {
        return entry.userData;
    }

    /** The slot of an entry. */
    public static int slotOf(TableEntry entry) {
        return entry.slot;
    }

    private boolean grow() {
        final int more = Math.min(SEGMENT_SLOTS, maxSlots - slots);
        if (more == 0) {
            return false;
        }
        final int segment = slots >>> SEGMENT_BITS;
        entries[segment] = new TableEntry[more];
        generations[segment] = new long[more];
        nextFree[segment] = new int[more];
        for (int index = more - 1; index >= 0; index--) {
            nextFree[segment][index] = firstFree;
            firstFree = slots + index;
        }
        slots += more;
        return true;
    }
}
