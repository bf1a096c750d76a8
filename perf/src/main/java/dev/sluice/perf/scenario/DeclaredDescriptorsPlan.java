// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Points and durations of {@link DeclaredDescriptors}. */
record DeclaredDescriptorsPlan(
        int repeat, int active, List<Integer> real, List<Integer> simulated, long warmUpMs, long windowMs) {

    static DeclaredDescriptorsPlan full(int repeat) {
        return new DeclaredDescriptorsPlan(
                repeat, 64, List.of(1000, 4000, 15_000), List.of(1000, 15_000, 100_000, 1_000_000), 800, 600);
    }

    static DeclaredDescriptorsPlan quick(int repeat) {
        return new DeclaredDescriptorsPlan(
                repeat, 64, List.of(1000, 15_000), List.of(1000, 100_000, 1_000_000), 700, 300);
    }

    Map<String, String> describe() {
        final Map<String, String> settings = new LinkedHashMap<>();
        settings.put("runs", repeat + ", a fork of each point in turn");
        settings.put("active", active + " of the declared descriptors, all signalled, then all dequeued");
        settings.put("window", windowMs + " ms after " + warmUpMs + " ms of warm-up");
        return settings;
    }
}
