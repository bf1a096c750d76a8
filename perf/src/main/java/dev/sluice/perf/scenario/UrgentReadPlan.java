// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Sizes; in order of arrival a request waits for all low ones, a minute or more, so that there are fewer tries.
 *
 * @param repeat how often everything is measured
 * @param windows of reads
 * @param openWindows of opens
 * @param readsPerSecond of the disk, for reads; for opens it does as many opens
 * @param lowReads that wait at any time
 * @param lowOpens that wait at any time
 * @param tries urgent requests
 * @param fifoTries in order of arrival
 * @param pauseMs the longest before each, unless {@link #longestPauseMs} is longer
 */
record UrgentReadPlan(
        int repeat,
        List<Integer> windows,
        List<Integer> openWindows,
        int readsPerSecond,
        int lowReads,
        int lowOpens,
        int tries,
        int fifoTries,
        long pauseMs) {
    /** More than a try, and the pause before it, let pass of low opens, also in the widest window. */
    private static final int OPENS_PER_TRY = 40;

    private static final int SPARE_OPENS = 100;

    static UrgentReadPlan full(int repeat) {
        return new UrgentReadPlan(repeat, List.of(1, 4, 8, 16, 32), List.of(1, 4, 8, 12), 10, 1000, 1000, 30, 1, 200);
    }

    static UrgentReadPlan quick(int repeat) {
        return new UrgentReadPlan(repeat, List.of(4, 16), List.of(4), 10, 400, 100, 10, 1, 200);
    }

    /** In order of arrival a request waits for all that came before, whatever the window: one of them is enough. */
    static int widest(List<Integer> windows) {
        return windows.get(windows.size() - 1);
    }

    /**
     * As long as the disk takes for a window of requests: they may end in groups, and an urgent one that always came right after such a
     * group would always wait for the next.
     */
    long longestPauseMs(int window) {
        return Math.max(pauseMs, TimeUnit.SECONDS.toMillis(window) / readsPerSecond);
    }

    /** Each is opened once; in order of arrival as many as wait are opened before the urgent one. */
    int directories() {
        return 2 * lowOpens + OPENS_PER_TRY * tries + SPARE_OPENS;
    }

    Map<String, String> describe() {
        final Map<String, String> settings = new LinkedHashMap<>();
        settings.put("runs", repeat + ", a fork for each window");
        settings.put(
                "disk",
                readsPerSecond + " reads a second, 4 KiB each, direct; for opens "
                        + readsPerSecond * UrgentReadDisk.READS_PER_OPEN + ", " + UrgentReadDisk.READS_PER_OPEN
                        + " for each");
        settings.put("low", lowReads + " reads, or " + lowOpens + " opens, wait at any time");
        settings.put("urgent", tries + " requests, in order of arrival " + fifoTries + ", one at a time");
        return settings;
    }
}
