package dev.sluice.events;

import java.util.Arrays;

/**
 * Slots for everything the kernel may still complete. A slot keeps its entry - and with it buffer, path memory,
 * container and attachment - alive until the last completion, and is reused with another generation only then.
 *
 * <p>Grows by doubling up to its bound; taking and freeing a slot allocates nothing otherwise.
 */
final class OperationTable {
    private static final int INITIAL_SLOTS = 1024;

    private final int maxSlots;
    private TableEntry[] entries;
    private int[] generations;
    private int[] freeSlots;
    private int freeCount;
    private int live;

    OperationTable(int maxSlots) {
        this.maxSlots = maxSlots;
        final int slots = Math.min(INITIAL_SLOTS, maxSlots);
        entries = new TableEntry[slots];
        generations = new int[slots];
        freeSlots = new int[slots];
        addFreeSlots(0, slots);
    }

    /** Gives {@code entry} a slot, or returns false when all of them are taken. */
    boolean take(TableEntry entry, int kind) {
        if (freeCount == 0 && !grow()) {
            return false;
        }
        final int slot = freeSlots[--freeCount];
        entries[slot] = entry;
        entry.slot = slot;
        entry.userData = UserData.encode(generations[slot], kind, slot);
        live++;
        return true;
    }

    void free(TableEntry entry) {
        final int slot = entry.slot;
        if (slot == TableEntry.NO_SLOT || entries[slot] != entry) {
            throw new IllegalStateException("slot freed twice: " + entry.describe() + ", slot=" + slot);
        }
        entries[slot] = null;
        generations[slot] = (generations[slot] + 1) & UserData.GENERATION_MASK;
        freeSlots[freeCount++] = slot;
        entry.slot = TableEntry.NO_SLOT;
        live--;
    }

    /** Returns the entry that {@code userData} was made for, or null if its slot has moved on since. */
    TableEntry find(long userData) {
        final int slot = UserData.slot(userData);
        if (slot < 0 || slot >= entries.length) {
            return null;
        }
        final TableEntry entry = entries[slot];
        return entry != null && entry.userData == userData ? entry : null;
    }

    int live() {
        return live;
    }

    int capacity() {
        return maxSlots;
    }

    /** Returns the entry in a slot below {@link #slots()}, or null. */
    TableEntry entryAt(int slot) {
        return entries[slot];
    }

    int slots() {
        return entries.length;
    }

    private boolean grow() {
        final int slots = entries.length;
        if (slots >= maxSlots) {
            return false;
        }
        final int grown = (int) Math.min(maxSlots, slots * 2L);
        entries = Arrays.copyOf(entries, grown);
        generations = Arrays.copyOf(generations, grown);
        freeSlots = Arrays.copyOf(freeSlots, grown);
        addFreeSlots(slots, grown);
        return true;
    }

    private void addFreeSlots(int from, int to) {
        for (int slot = to - 1; slot >= from; slot--) {
            freeSlots[freeCount++] = slot;
        }
    }
}
