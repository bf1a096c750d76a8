// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

/** What the seeded tests run with: a few seeds, or the one of {@code -Dseed=N}. */
final class Seeds {
    private Seeds() {}

    static long[] seeds() {
        final Long given = Long.getLong("seed");
        return given != null ? new long[] {given} : new long[] {1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L};
    }
}
