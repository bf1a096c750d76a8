// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Durations and sizes of {@link HotFile}. Turns are short and many: the servers of a run have the same stretch of a machine
 * that is now fast, now slow.
 *
 * @param slices turns of each server in each loop of a run
 */
record HotFilePlan(
        int repeat,
        List<Integer> connections,
        int fileBytes,
        double offeredShare,
        long warmUpSliceMs,
        int warmUpSlices,
        int slices,
        long sliceMs) {

    static HotFilePlan full(int repeat) {
        return new HotFilePlan(repeat, List.of(32, 1000), 8 * 1024, 0.6, 1000, 20, 10, 100);
    }

    static HotFilePlan quick(int repeat) {
        return new HotFilePlan(repeat, List.of(32, 1000), 8 * 1024, 0.6, 500, 12, 7, 100);
    }

    long warmUpSliceNs() {
        return TimeUnit.MILLISECONDS.toNanos(warmUpSliceMs);
    }

    long sliceNs() {
        return TimeUnit.MILLISECONDS.toNanos(sliceMs);
    }

    Map<String, String> describe() {
        final Map<String, String> settings = new LinkedHashMap<>();
        settings.put("runs", repeat + ", servers in turns");
        settings.put(
                "file",
                fileBytes / 1024
                        + " KiB from the page cache, opened per request but by the cached ones, by sluice-kept, and by sluice, which has it in memory");
        settings.put(
                "load",
                "closed loop, then open loop at " + offeredShare + " of it; " + slices + " turns of " + sliceMs
                        + " ms each, of which the median counts");
        settings.put("CPUs", "server on 0, load on 1");
        return settings;
    }
}
