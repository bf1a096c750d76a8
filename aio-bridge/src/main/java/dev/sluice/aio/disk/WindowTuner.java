// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.disk;

/**
 * Finds how many reads a disk may have at a time so that each takes no longer than a target, as TCP Vegas finds how much
 * to have under way in a network: by the time that the reads themselves take.
 *
 * <p>It decides once a round, when twice as many reads are back as it lets be in flight, and at least {@link
 * #ROUND_AT_LEAST}; those that were submitted under another window do not count. The mean of a round decides:
 *
 * <ul>
 *   <li>Above the target the window shrinks, by as much as the mean is above it, to no less than half.
 *   <li>So far below it that a wider window would stay within the target even of a disk that serves one read after the
 *       other, the window grows that far, to no more than twice.
 *   <li>Else one more is tried: a disk that serves many at a time will not need longer for it. If it does, that was an
 *       overshoot; the next try then comes after twice as many rounds, so that a disk at its best is left alone.
 * </ul>
 *
 * It does not grow while it has kept nobody waiting. There is no clock and no timer of its own: without reads it stays.
 */
final class WindowTuner {
    static final int ROUND_AT_LEAST = 8;

    /** A round ends, whatever it has of reads that took time, when so many times as many took none. */
    private static final int AT_ONCE_FOR_ONE = 8;

    private static final int MOST_ROUNDS_BETWEEN_TRIES = 64;

    private final long targetNs;
    private final int limit;

    private int window = 1;

    /** Told apart by number; a read belongs to that in which it was submitted. */
    private int round;

    private int reads;
    private long tookNs;

    /** Reads of this round that say nothing about the disk, if there are others. */
    private int answeredAtOnce;

    /** Somebody had to wait for a place in this round. */
    private boolean wanted;

    /** The last change was a try that may turn out to be an overshoot. */
    private boolean trying;

    private int roundsBetweenTries = 1;
    private int roundsSinceChange;

    /**
     * Starts with a window of 1.
     *
     * @param targetNs what a read may take on average, from its submission until its completion is seen
     * @param limit the widest window
     */
    WindowTuner(long targetNs, int limit) {
        this.targetNs = targetNs;
        this.limit = limit;
    }

    /** How many reads may be in flight now: 1 to the limit. */
    int window() {
        return window;
    }

    /** The number to remember for a read that is submitted now. */
    int round() {
        return round;
    }

    /** A read has to wait for a place. */
    void turnedAway() {
        wanted = true;
    }

    /** A read is back that had to go to the disk. */
    void took(int submittedInRound, long latencyNs) {
        if (submittedInRound == round) {
            tookNs += latencyNs;
            reads++;
            decideAtEndOfRound();
        }
    }

    /** A read is back that the page cache had, or a disk as fast. */
    void tookNothing(int submittedInRound) {
        if (submittedInRound == round) {
            answeredAtOnce++;
            decideAtEndOfRound();
        }
    }

    private void decideAtEndOfRound() {
        if (reads >= roundReads() || answeredAtOnce >= AT_ONCE_FOR_ONE * roundReads()) {
            decide(Math.max(1L, tookNs / Math.max(1, reads)));
        }
    }

    private int roundReads() {
        return Math.max(2 * window, ROUND_AT_LEAST);
    }

    private void decide(long meanNs) {
        final int before = window;
        roundsSinceChange++;
        if (meanNs > targetNs) {
            roundsBetweenTries = trying ? Math.min(2 * roundsBetweenTries, MOST_ROUNDS_BETWEEN_TRIES) : 1;
            window = Math.max(1, Math.max(window / 2, servedOneByOne(meanNs)));
        } else {
            if (trying) {
                roundsBetweenTries = 1;
            }
            if (wanted) {
                grow(servedOneByOne(meanNs));
            }
        }
        trying = window == before + 1;
        if (window != before) {
            round++;
            roundsSinceChange = 0;
        }
        reads = 0;
        tookNs = 0L;
        answeredAtOnce = 0;
        wanted = false;
    }

    private void grow(int safe) {
        if (safe > window) {
            window = Math.min(safe, 2 * window);
        } else if (window < limit && roundsSinceChange >= roundsBetweenTries) {
            window++;
        }
    }

    /** The widest window within the target if each read waits for those before it: what a read takes grows with it. */
    private int servedOneByOne(long meanNs) {
        return (int) Math.min(limit, window * targetNs / meanNs);
    }
}
