// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import dev.sluice.perf.scenario.ColdCorpus.Kind;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Durations and sizes of {@link HotUnderCold}. */
record HotUnderColdPlan(
        int repeat,
        List<Integer> coldConnections,
        int hotConnections,
        int readsPerSecond,
        double offeredShare,
        long warmUpSliceMs,
        int warmUpSlices,
        long settleMs,
        long openLoopMs,
        long closedLoopMs) {
    static final int WARM_UP_ROUNDS = 2;

    /** Throttling lets a little more than its rate pass, and phases take a little longer than planned. */
    private static final double RESERVE = 1.3;

    private static final int DIRECTORY_READS = 3;
    private static final double SETTLE_ROUNDS = 1.2;

    static HotUnderColdPlan full(int repeat) {
        return new HotUnderColdPlan(repeat, List.of(16, 64, 256), 32, 100, 0.6, 1000, 15, 1000, 5000, 2500);
    }

    static HotUnderColdPlan quick(int repeat) {
        return new HotUnderColdPlan(repeat, List.of(64), 32, 100, 0.6, 500, 12, 800, 3000, 1500);
    }

    int warmUpConnections() {
        return Collections.max(coldConnections);
    }

    /** How long each kind of cold load is there in each round of the warm-up. */
    long warmUpNs() {
        return 2 * settleNs();
    }

    long sliceNs() {
        return TimeUnit.MILLISECONDS.toNanos(warmUpSliceMs);
    }

    long settleNs() {
        return TimeUnit.MILLISECONDS.toNanos(settleMs);
    }

    /**
     * At least until every cold client can have been answered once. The throttle lets reads of metadata through at once
     * and makes later reads pay: many clients that begin together run up a debt, and a window that fell into it would
     * find the disk idle.
     */
    long settleNs(Kind kind, int connections) {
        final double roundSeconds = (double) connections * readsPerReply(kind) / readsPerSecond;
        return Math.max(settleNs(), (long) (SETTLE_ROUNDS * roundSeconds * 1e9));
    }

    private static int readsPerReply(Kind kind) {
        return kind == Kind.FILES ? 1 : DIRECTORY_READS;
    }

    long openLoopNs() {
        return TimeUnit.MILLISECONDS.toNanos(openLoopMs);
    }

    long closedLoopNs() {
        return TimeUnit.MILLISECONDS.toNanos(closedLoopMs);
    }

    /** How many cold files one server reads in its life, at most. */
    int coldFiles(Kind kind) {
        final double perSecond = (double) readsPerSecond / readsPerReply(kind);
        // The replies outstanding at the end of a window come in afterwards, and the server keeps reading meanwhile.
        double count = WARM_UP_ROUNDS * (2.0 * warmUpConnections() + 2.0 * perSecond * warmUpNs() / 1e9);
        for (int connections : coldConnections) {
            final double seconds = settleNs(kind, connections) / 1e9 + (settleMs + openLoopMs + closedLoopMs) / 1000.0;
            count += connections + perSecond * seconds + 2.0 * hotConnections + 2.0 * connections;
        }
        return (int) (count * RESERVE) + 100;
    }

    Map<String, String> describe() {
        final Map<String, String> settings = new LinkedHashMap<>();
        settings.put("runs", Integer.toString(repeat));
        settings.put("disk", "ext4 on a loop device, " + readsPerSecond + " reads a second for the server's group");
        settings.put(
                "hot",
                ColdCorpus.HOT_BYTES / 1024 + " KiB, " + hotConnections + " connections, open loop at " + offeredShare
                        + " of the server's capacity for " + openLoopMs + " ms; capacity by closed loop for "
                        + closedLoopMs + " ms");
        settings.put(
                "cold",
                ColdCorpus.COLD_BYTES / 1024 + " KiB, " + coldConnections + " connections, closed loop, no file twice");
        settings.put("CPUs", "server on 0, load on 1");
        return settings;
    }
}
