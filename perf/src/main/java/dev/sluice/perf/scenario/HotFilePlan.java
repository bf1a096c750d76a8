package dev.sluice.perf.scenario;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Durations and sizes of {@link HotFile}. Turns are short and many: the servers of a run have the same stretch of a machine
 * that is now fast, now slow.
 */
record HotFilePlan(
        int repeat,
        List<Integer> connections,
        int fileBytes,
        double offeredShare,
        long warmUpSliceMs,
        int warmUpSlices,
        long settleMs,
        long windowMs) {

    static HotFilePlan full(int repeat) {
        return new HotFilePlan(repeat, List.of(32, 1000), 8 * 1024, 0.6, 1000, 20, 250, 1000);
    }

    static HotFilePlan quick(int repeat) {
        return new HotFilePlan(repeat, List.of(32, 1000), 8 * 1024, 0.6, 500, 12, 200, 700);
    }

    long sliceNs() {
        return TimeUnit.MILLISECONDS.toNanos(warmUpSliceMs);
    }

    long settleNs() {
        return TimeUnit.MILLISECONDS.toNanos(settleMs);
    }

    long windowNs() {
        return TimeUnit.MILLISECONDS.toNanos(windowMs);
    }

    Map<String, String> describe() {
        final Map<String, String> settings = new LinkedHashMap<>();
        settings.put("runs", repeat + ", servers in turns");
        settings.put("file", fileBytes / 1024 + " KiB from the page cache, opened per request but by the cached ones");
        settings.put("load", "closed loop, then open loop at " + offeredShare + " of it, " + windowMs + " ms each");
        settings.put("CPUs", "server on 0, load on 1");
        return settings;
    }
}
