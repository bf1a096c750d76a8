// SPDX-License-Identifier: Apache-2.0
package dev.sluice.containers;

/**
 * The 64 bands of priority: higher is served first, band 0 is served only when nothing else is pending.
 *
 * @see <a href="https://www.usenix.org/legacy/publications/library/proceedings/osdi99/banga.html">Banga, Druschel,
 *     Mogul: resource containers</a> (the 1998 paper, section 4.1, gives every container a priority)
 */
public final class Priority {
    /** Served only when no other band has anything pending. */
    public static final int IDLE = 0;

    /** For work that may be postponed under load. */
    public static final int LOW = 16;

    /** For ordinary work. */
    public static final int NORMAL = 32;

    /**
     * From here upwards a part of what there is a bounded amount of is kept free of lower bands: of the places for opens and for what else
     * kernel workers carry out, of the arena's memory, of descriptors, of the threads for blocking jobs, and of an {@code Allowance} as it was
     * made. How much, {@code AsyncIoOptions} and they say.
     */
    public static final int HIGH = 48;

    /** The highest band. */
    public static final int MAX = 63;

    /** Number of bands. */
    public static final int BANDS = MAX + 1;

    private Priority() {}

    /**
     * Returns {@code priority} if it names a band.
     *
     * @param priority a band, 0 to 63
     * @return {@code priority}
     * @throws IllegalArgumentException if it is outside 0 to 63
     */
    public static int check(int priority) {
        if (priority < IDLE || priority > MAX) {
            throw new IllegalArgumentException(
                    "priority must be " + IDLE + ".." + MAX + ", where higher is served first: priority=" + priority);
        }
        return priority;
    }
}
