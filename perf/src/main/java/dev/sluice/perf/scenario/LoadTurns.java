// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import dev.sluice.perf.report.Curve;
import dev.sluice.perf.report.Measurements;
import dev.sluice.perf.report.Metric;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Servers in turns: each can show in a closed loop what it can do, and then all have the same rates in an open one, parts of what the slowest
 * can do. A server that can do more is thus not charged for being asked for more.
 */
final class LoadTurns {
    static final Metric OFFERED = Metric.plain("offered", "1/s");
    static final Metric REPLIES = Metric.compared("replies", "1/s");
    static final Metric CPU = Metric.compared("server CPU per request", "us");
    static final Metric P50 = Metric.compared("p50", "ms");
    static final Metric P99 = Metric.compared("p99", "ms");
    static final Metric P999 = Metric.compared("p99.9", "ms");
    static final Metric MAX = Metric.compared("max", "ms");
    static final Metric BUSY = Metric.plain("generator busy", "");
    static final Metric BUSY_TURNS = Metric.plain("turns too busy", "");
    static final Metric ON_CPU = Metric.plain("generator on CPU", "");

    /** Read as one reply in 2, 10, 100, 1,000, 10,000. */
    private static final List<Double> ONE_IN = List.of(2.0, 4.0, 10.0, 20.0, 100.0, 200.0, 1000.0, 2000.0, 10_000.0);

    private final RunSettings settings;
    private final TurnPlan plan;
    private final Measurements measurements;

    /** By connections and rate, then server, over all runs. */
    private final Map<String, Map<String, Histogram>> latencies = new LinkedHashMap<>();

    LoadTurns(RunSettings settings, TurnPlan plan, Measurements measurements) {
        this.settings = settings;
        this.plan = plan;
        this.measurements = measurements;
    }

    static String closedLoop(int connections) {
        return connections + " connections, closed loop";
    }

    static String openLoop(int connections, int percent) {
        return connections + " connections, open loop at " + percent + " percent";
    }

    /** One run with so many connections. */
    void take(List<TurnServer> servers, int connections) throws IOException {
        try {
            for (TurnServer server : servers) {
                server.connect(connections);
            }
            for (int turn = 0; turn < plan.closedTurns(); turn++) {
                for (TurnServer server : servers) {
                    server.closedLoopTurn();
                }
            }
            for (TurnServer server : servers) {
                add(server, closedLoop(connections), server.closed());
            }
            final double slowest = servers.stream()
                    .mapToDouble(server -> server.closed().repliesPerSecond())
                    .min()
                    .orElseThrow();
            for (int percent : plan.percents()) {
                openLoop(servers, connections, percent, slowest * percent / 100);
            }
        } finally {
            for (TurnServer server : servers) {
                server.disconnect();
            }
        }
    }

    private void openLoop(List<TurnServer> servers, int connections, int percent, double ratePerSecond)
            throws IOException {
        for (int turn = 0; turn < plan.openTurns(); turn++) {
            for (TurnServer server : servers) {
                server.openLoopTurn(percent, ratePerSecond);
            }
        }
        final String phase = openLoop(connections, percent);
        final List<String> unmeasured = servers.stream()
                .filter(server -> server.open(percent).isEmpty())
                .map(TurnServer::name)
                .toList();
        for (TurnServer server : servers) {
            if (unmeasured.isEmpty()) {
                measurements.add(server.name(), phase, OFFERED, ratePerSecond);
                add(server, phase, server.open(percent));
                latencies
                        .computeIfAbsent(phase, key -> new LinkedHashMap<>())
                        .computeIfAbsent(server.name(), key -> new Histogram(3))
                        .add(server.openLatencyNs(percent));
            } else {
                // Nobody is compared with somebody of another run.
                measurements.add(
                        server.name(), phase, BUSY_TURNS, server.open(percent).busyTurns());
            }
        }
        if (!unmeasured.isEmpty()) {
            settings.progress()
                    .accept(phase + " is left out: the generator was too busy in all turns of "
                            + String.join(", ", unmeasured));
        }
    }

    private void add(TurnServer server, String phase, LoadSlices slices) {
        final String name = server.name();
        measurements.add(name, phase, REPLIES, slices.repliesPerSecond());
        measurements.add(name, phase, CPU, slices.cpuUsPerReply());
        measurements.add(name, phase, P50, slices.latencyMs(50));
        measurements.add(name, phase, P99, slices.latencyMs(99));
        measurements.add(name, phase, P999, slices.latencyMs(99.9));
        measurements.add(name, phase, MAX, slices.latencyMs(100));
        measurements.add(name, phase, BUSY, slices.busyShare());
        measurements.add(name, phase, BUSY_TURNS, slices.busyTurns());
        measurements.add(name, phase, ON_CPU, slices.cpuShare());
        settings.progress().accept("  " + name + ", " + phase + ": " + slices);
    }

    /** For each number of connections: CPU per request over the rate, and latency at the highest rate. */
    List<Curve> curves(List<String> servers, List<Integer> connections) {
        final List<Curve> curves = new ArrayList<>();
        for (int each : connections) {
            curves.add(new Curve(
                    "cpu-" + each,
                    "server CPU per request, " + each + " connections",
                    "offered, percent of what the slowest server can do",
                    "CPU per request [us]",
                    false,
                    false,
                    servers.stream().map(server -> cpu(server, each)).toList()));
            final int highest = plan.percents().get(plan.percents().size() - 1);
            final List<Curve.Series> series = new ArrayList<>();
            latencies
                    .getOrDefault(openLoop(each, highest), Map.of())
                    .forEach((server, latencyNs) -> series.add(percentiles(server, latencyNs)));
            curves.add(new Curve(
                    "latency-" + each,
                    "latency over " + each + " connections at " + highest
                            + " percent of what the slowest server can do",
                    "one reply in ... takes longer",
                    "latency from the intended time [ms]",
                    true,
                    true,
                    series));
        }
        return curves.stream().filter(curve -> !curve.series().isEmpty()).toList();
    }

    private Curve.Series cpu(String server, int connections) {
        final List<Integer> measured = plan.percents().stream()
                .filter(percent -> measurements.has(server, openLoop(connections, percent), CPU))
                .toList();
        return Curve.Series.of(
                server,
                measured,
                Integer::doubleValue,
                percent -> measurements.median(server, openLoop(connections, percent), CPU));
    }

    private static Curve.Series percentiles(String server, Histogram latencyNs) {
        final List<Double> y = new ArrayList<>();
        for (double oneIn : ONE_IN) {
            y.add(latencyNs.getValueAtPercentile(100.0 * (1.0 - 1.0 / oneIn)) / 1e6);
        }
        return new Curve.Series(server, ONE_IN, y);
    }
}
