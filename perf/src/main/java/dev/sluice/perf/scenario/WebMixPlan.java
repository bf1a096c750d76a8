// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Durations and sizes of {@link WebMix}.
 *
 * @param files how many there are
 * @param maxFileBytes of the largest one
 */
record WebMixPlan(int files, int maxFileBytes, List<Integer> connections, TurnPlan turns) {
    private static final int MAX_FILE_BYTES = 4 << 20;
    private static final List<Integer> CONNECTIONS = List.of(64);

    static WebMixPlan full(int repeat) {
        return new WebMixPlan(
                20_000, MAX_FILE_BYTES, CONNECTIONS, new TurnPlan(repeat, List.of(30, 60, 90), 500, 20, 6, 4, 500));
    }

    static WebMixPlan quick(int repeat) {
        return new WebMixPlan(
                2_000, MAX_FILE_BYTES, CONNECTIONS, new TurnPlan(repeat, List.of(50, 90), 300, 12, 4, 3, 500));
    }

    Map<String, String> describe() {
        final Map<String, String> settings = new LinkedHashMap<>();
        turns.describe(settings);
        settings.put("CPUs", "server on 0, load on 1");
        return settings;
    }
}
