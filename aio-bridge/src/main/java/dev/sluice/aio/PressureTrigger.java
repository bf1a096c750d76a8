// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import java.util.Locale;

/**
 * When pressure is worth an event: tasks stalled for that long within any such window.
 *
 * @param tasks how many tasks must stall for time to count
 * @param stallUs how long they stalled, in microseconds, above 0 and at most the window
 * @param windowUs the window, in microseconds, 500,000 to 10,000,000; without CAP_SYS_RESOURCE the kernel takes multiples
 *     of 2,000,000 only
 * @see <a href="https://docs.kernel.org/accounting/psi.html">PSI, pressure stall information</a>
 */
public record PressureTrigger(Tasks tasks, long stallUs, long windowUs) {
    /** The two measures of pressure. */
    public enum Tasks {
        /** At least one task waits for memory. */
        SOME,

        /** All tasks that could run wait for memory. */
        FULL
    }

    private static final long MIN_WINDOW_US = 500_000L;
    private static final long MAX_WINDOW_US = 10_000_000L;

    /**
     * Checks the values.
     *
     * @param tasks see {@link #tasks()}
     * @param stallUs see {@link #stallUs()}
     * @param windowUs see {@link #windowUs()}
     * @throws IllegalArgumentException if a time is out of range
     */
    public PressureTrigger {
        if (windowUs < MIN_WINDOW_US || windowUs > MAX_WINDOW_US) {
            throw new IllegalArgumentException(
                    "windowUs must be " + MIN_WINDOW_US + ".." + MAX_WINDOW_US + ": windowUs=" + windowUs);
        }
        if (stallUs < 1 || stallUs > windowUs) {
            throw new IllegalArgumentException(
                    "stallUs must be above 0 and at most windowUs: stallUs=" + stallUs + ", windowUs=" + windowUs);
        }
    }

    /** As the kernel reads it. */
    String line() {
        return tasks.name().toLowerCase(Locale.ROOT) + " " + stallUs + " " + windowUs;
    }
}
