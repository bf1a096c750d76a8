// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Durations and sizes of {@link HotFile}. */
record HotFilePlan(List<Integer> connections, int fileBytes, TurnPlan turns) {
    private static final int FILE_BYTES = 8 * 1024;
    private static final List<Integer> CONNECTIONS = List.of(32, 1000);

    static HotFilePlan full(int repeat) {
        return new HotFilePlan(
                CONNECTIONS, FILE_BYTES, new TurnPlan(repeat, List.of(10, 30, 50, 70, 90), 400, 20, 10, 5, 100));
    }

    static HotFilePlan quick(int repeat) {
        return new HotFilePlan(CONNECTIONS, FILE_BYTES, new TurnPlan(repeat, List.of(50, 90), 200, 12, 4, 3, 100));
    }

    Map<String, String> describe() {
        final Map<String, String> settings = new LinkedHashMap<>();
        turns.describe(settings);
        settings.put(
                "file",
                fileBytes / 1024
                        + " KiB from the page cache, opened per request but by the cached ones and the kept ones, and by sluice and"
                        + " bare-c-memory, which have it in memory");
        settings.put("CPUs", "server on 0, load on 1");
        return settings;
    }
}
