// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.timing;

/**
 * The started timers, by deadline: a hierarchical timing wheel. Level 0 has a slot for each of the 64 next ticks, level 1
 * one for each 64 ticks, and so on; eight levels reach further than the clock. A timer waits at the level of the highest
 * digit, to the base of 64, in which its tick differs from the wheel's; when the wheel comes to its slot, it moves down.
 *
 * <pre>
 *   tick of the wheel      ... 07 41 12
 *   tick of a timer        ... 07 43 05   waits at level 1, in slot 43
 *   tick of another        ... 07 41 50   waits at level 0, in slot 50
 * </pre>
 *
 * <p>Starting and cancelling link and unlink; a timer moves down at most seven times before it expires; nothing is
 * allocated. Timers expire in the order of their ticks, those of one tick in the order they were started, at the first
 * look after their deadline's tick has begun: late by up to {@link #TICK_NS}, never early.
 *
 * <p>A slot with a million timers is not moved at one go: {@link #expire} moves at most {@link #MOVES_PER_STEP}, and until
 * the last of them has moved, what is due waits, so that the order holds.
 *
 * @see "Varghese, Lauck 1987: Hashed and hierarchical timing wheels, scheme 7"
 */
public final class TimerWheel {
    /** Nanoseconds of a tick, a power of two so that ticks are shifts. */
    public static final long TICK_NS = 1L << 16;

    /** The most timers that one {@link #expire} moves down: some microseconds. */
    public static final int MOVES_PER_STEP = 256;

    /** 146 years: clocks that count nanoseconds in 64 bits compare by difference, so no delay can be longer. */
    public static final long LONGEST_NS = Long.MAX_VALUE / 2;

    /** Of a timer that is in no slot. */
    static final int NOWHERE = -1;

    private static final int TICK_SHIFT = 16;
    private static final int DIGIT_BITS = 6;
    private static final int SLOTS = 1 << DIGIT_BITS;
    private static final int LEVELS = 8;

    /** Two hundred and ninety years from the origin. */
    private static final long LAST_TICK = Long.MAX_VALUE >>> TICK_SHIFT;

    /** First timer of each slot's circle, or null. */
    private final Expiry[] slots = new Expiry[LEVELS * SLOTS];

    /** For each level, a bit for each of its slots that is not empty. */
    private final long[] occupied = new long[LEVELS];

    /** A bit for each level that is not empty. */
    private int occupiedLevels;

    private final long originNs;

    /** The slot that the wheel has come to and whose timers are being moved down, or {@link #NOWHERE}. */
    private int movingSlot = NOWHERE;

    /** The first tick past that slot. */
    private long movingEndTick;

    /** No timer has an earlier tick. Each is in the slot that its tick has as seen from here, or still in the moving one. */
    private long wheelTick;

    /** When there is something to do next, in nanoseconds since the origin. */
    private long dueNs = Long.MAX_VALUE;

    private int size;

    public TimerWheel(long originNs) {
        this.originNs = originNs;
    }

    int size() {
        return size;
    }

    /** Tells whether {@link #expire} would do anything: one comparison. */
    public boolean isDue(long nowNs) {
        return nowNs - originNs >= dueNs;
    }

    /** Returns in how many nanoseconds {@link #expire} is to be called; {@link Long#MAX_VALUE} if no timer is started. */
    public long untilDueNs(long nowNs) {
        return dueNs == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(0L, dueNs - (nowNs - originNs));
    }

    /** Puts in {@code expiry}, which is in no slot. */
    public void start(Expiry expiry, long deadlineNs) {
        final long sinceOriginNs = Math.max(0L, deadlineNs - originNs);
        final long tick = (sinceOriginNs >>> TICK_SHIFT) + ((sinceOriginNs & (TICK_NS - 1)) == 0L ? 0L : 1L);
        expiry.tick = Math.max(Math.min(tick, LAST_TICK), wheelTick);
        size++;
        place(expiry);
        findDue();
    }

    /** Takes out {@code expiry}, which is in a slot. */
    public void cancel(Expiry expiry) {
        size--;
        unlink(expiry);
        findDue();
    }

    /**
     * Takes out the timer that expires next, or does a step towards it.
     *
     * @return the expiry; null if none has expired yet, or the step that leads to it was not the last: see {@link #isDue}
     */
    public Expiry expire(long nowNs) {
        final long nowTick = Math.max(wheelTick, (nowNs - originNs) >> TICK_SHIFT);
        int moves = MOVES_PER_STEP;
        while (isDue(nowNs)) {
            if (movingSlot == NOWHERE) {
                final int level = Integer.numberOfTrailingZeros(occupiedLevels);
                final int slot = Long.numberOfTrailingZeros(occupied[level]);
                wheelTick = firstTick(level, slot);
                if (level == 0) {
                    final Expiry expired = slots[slot];
                    cancel(expired);
                    return expired;
                }
                movingSlot = index(level, slot);
                movingEndTick = wheelTick + (1L << (level * DIGIT_BITS));
            }
            moves = moveDown(moves);
            if (moves == 0) {
                return null;
            }
        }
        // Seen from a later tick, every timer is where it was: the wheel passes no slot that holds one.
        wheelTick = nowTick;
        return null;
    }

    /** Moves at most {@code moves} timers out of the moving slot; returns how many are left of the number. */
    private int moveDown(int moves) {
        int left = moves;
        while (left > 0 && movingSlot != NOWHERE) {
            final Expiry expiry = slots[movingSlot];
            unlink(expiry);
            append(expiry);
            left--;
        }
        findDue();
        return left;
    }

    /** What belongs to the slot that is being moved joins its end: it must not overtake. */
    private void place(Expiry expiry) {
        if (movingSlot != NOWHERE && expiry.tick < movingEndTick) {
            link(expiry, movingSlot);
        } else {
            append(expiry);
        }
    }

    private void append(Expiry expiry) {
        final int level = levelOf(expiry.tick);
        final int slot = digit(expiry.tick, level);
        link(expiry, index(level, slot));
        occupied[level] |= 1L << slot;
        occupiedLevels |= 1 << level;
    }

    private void link(Expiry expiry, int slot) {
        final Expiry first = slots[slot];
        expiry.slot = slot;
        if (first == null) {
            expiry.following = expiry;
            expiry.preceding = expiry;
            slots[slot] = expiry;
            return;
        }
        expiry.following = first;
        expiry.preceding = first.preceding;
        first.preceding.following = expiry;
        first.preceding = expiry;
    }

    private void unlink(Expiry expiry) {
        final int slot = expiry.slot;
        expiry.slot = NOWHERE;
        if (expiry.following == expiry) {
            slots[slot] = null;
            emptied(slot);
        } else {
            expiry.preceding.following = expiry.following;
            expiry.following.preceding = expiry.preceding;
            if (slots[slot] == expiry) {
                slots[slot] = expiry.following;
            }
        }
        expiry.following = null;
        expiry.preceding = null;
    }

    private void emptied(int slot) {
        final int level = slot >>> DIGIT_BITS;
        occupied[level] &= ~(1L << slot); // the shift takes the low six bits
        if (occupied[level] == 0L) {
            occupiedLevels &= ~(1 << level);
        }
        if (slot == movingSlot) {
            movingSlot = NOWHERE;
        }
    }

    /** The lowest level that is not empty has the earliest slot, and in it the lowest: all of them are ahead. */
    private void findDue() {
        if (movingSlot != NOWHERE) {
            return; // due already, until the last of its timers has moved
        }
        if (occupiedLevels == 0) {
            dueNs = Long.MAX_VALUE;
        } else {
            final int level = Integer.numberOfTrailingZeros(occupiedLevels);
            dueNs = firstTick(level, Long.numberOfTrailingZeros(occupied[level])) << TICK_SHIFT;
        }
    }

    private int levelOf(long tick) {
        return (Long.SIZE - 1 - Long.numberOfLeadingZeros((tick ^ wheelTick) | 1L)) / DIGIT_BITS;
    }

    private static int digit(long tick, int level) {
        return (int) (tick >>> (level * DIGIT_BITS)) & (SLOTS - 1);
    }

    private static int index(int level, int slot) {
        return level << DIGIT_BITS | slot;
    }

    private long firstTick(int level, int slot) {
        final int shift = level * DIGIT_BITS;
        final int above = shift + DIGIT_BITS;
        return ((wheelTick >>> above) << above) | ((long) slot << shift);
    }
}
