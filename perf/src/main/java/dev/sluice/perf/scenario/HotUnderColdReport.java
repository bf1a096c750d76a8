// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import dev.sluice.perf.peers.SluiceServer;
import dev.sluice.perf.report.Curve;
import dev.sluice.perf.report.Measurements;
import dev.sluice.perf.report.Metric;
import dev.sluice.perf.report.Verdict;
import dev.sluice.perf.scenario.ColdCorpus.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What {@link HotUnderCold} measures, what it demands, and what it draws. */
final class HotUnderColdReport {
    static final String ALONE = "alone";

    static final Metric OFFERED = Metric.plain("offered", "1/s");
    static final Metric DELIVERED = Metric.compared("delivered", "");
    static final Metric P50 = Metric.compared("p50", "ms");
    static final Metric P99 = Metric.compared("p99", "ms");
    static final Metric MAX = Metric.compared("max", "ms");
    static final Metric CAPACITY = Metric.compared("capacity", "1/s");
    static final Metric RETAINED = Metric.compared("retained capacity", "");
    static final Metric COLD_REPLIES = Metric.compared("cold replies", "1/s");
    static final Metric DISK_READS = Metric.plain("disk reads", "1/s");
    static final Metric READS_PER_REPLY = Metric.plain("reads per cold reply", "");
    static final Metric STALLS = Metric.plain("turns over 5 ms", "");
    static final Metric SEND_LAG = Metric.plain("generator late p99", "ms");
    static final Metric WAITED = Metric.plain("server waited for a CPU", "ms");
    static final Metric STOLEN = Metric.plain("stolen from the server's CPU", "ms");
    static final Metric BUSY = Metric.plain("generator busy", "");
    static final Metric ON_CPU = Metric.plain("generator on CPU", "");

    /** From the server's counters: by how much the first grew, and how far the longest times had come at the end. */
    static final Map<Metric, Counter> COUNTERS = counters();

    private static final double DELIVERED_AT_LEAST = 0.97;
    private static final double P99_FACTOR = 1.3;
    private static final double P99_ADDEND_MS = 1.0;
    private static final double COLD_REPLIES_AT_LEAST = 85.0;
    private static final double DISK_READS_AT_LEAST = 90.0;
    private static final double US_PER_MS = 1000.0;

    private HotUnderColdReport() {}

    /** One of the server's counters as a metric. */
    record Counter(String key, boolean grows) {
        double between(Map<String, Long> before, Map<String, Long> after) {
            return grows ? after.get(key) - before.get(key) : after.get(key) / US_PER_MS;
        }
    }

    private static Map<Metric, Counter> counters() {
        final Map<Metric, Counter> counters = new LinkedHashMap<>();
        counters.put(STALLS, new Counter("stalls_5ms", true));
        counters.put(Metric.plain("longest turn so far", "ms"), new Counter("turn_max_us", false));
        counters.put(Metric.plain("longest enter so far", "ms"), new Counter("enter_max_us", false));
        return counters;
    }

    static String phase(Kind kind, int connections) {
        return connections + " x " + kind.label;
    }

    /** The yardstick of a phase: alone, right before it, since a machine is now fast, now slow. */
    static String before(String phase) {
        return ALONE + " before " + phase;
    }

    static List<Verdict> verdicts(HotUnderColdPlan plan, List<String> servers, Measurements measurements) {
        final List<Verdict> verdicts = new ArrayList<>();
        if (!servers.contains(SluiceServer.NAME)) {
            return verdicts;
        }
        final String server = SluiceServer.NAME;
        for (Kind kind : Kind.values()) {
            for (int connections : plan.coldConnections()) {
                final String phase = phase(kind, connections);
                final double p99Alone = measurements.median(server, before(phase), P99);
                verdicts.add(Verdict.atLeast(
                        phase,
                        "offered rate delivered",
                        measurements.median(server, phase, DELIVERED),
                        DELIVERED_AT_LEAST));
                verdicts.add(Verdict.atMost(
                        phase,
                        "p99 at most the larger of 1.3 times and 1 ms above alone [ms]",
                        measurements.median(server, phase, P99),
                        Math.max(P99_FACTOR * p99Alone, p99Alone + P99_ADDEND_MS)));
                verdicts.add(Verdict.atMost(
                        phase,
                        "turns over 5 ms not more than alone, all runs",
                        sum(measurements.runsOf(server, phase, STALLS)),
                        sum(measurements.runsOf(server, before(phase), STALLS))));
                if (kind == Kind.FILES) {
                    verdicts.add(Verdict.atLeast(
                            phase,
                            "cold replies [1/s]",
                            measurements.median(server, phase, COLD_REPLIES),
                            COLD_REPLIES_AT_LEAST));
                }
                verdicts.add(Verdict.atLeast(
                        phase,
                        "disk reads [1/s]",
                        measurements.median(server, phase, DISK_READS),
                        DISK_READS_AT_LEAST));
            }
        }
        return verdicts;
    }

    private static double sum(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).sum();
    }

    static List<Curve> curves(HotUnderColdPlan plan, List<String> servers, Measurements measurements) {
        final List<Curve> curves = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            curves.add(curve(plan, servers, measurements, kind, DELIVERED, 1.0, "part of the offered rate delivered"));
            curves.add(curve(plan, servers, measurements, kind, P99, null, "p99 from the intended time [ms]"));
            curves.add(curve(plan, servers, measurements, kind, RETAINED, 1.0, "part of the capacity retained"));
        }
        return curves;
    }

    /** Against the number of cold connections; at 0 the value alone, which for a share is known. */
    private static Curve curve(
            HotUnderColdPlan plan,
            List<String> servers,
            Measurements measurements,
            Kind kind,
            Metric metric,
            Double alone,
            String yLabel) {
        final List<Curve.Series> series = new ArrayList<>();
        for (String server : servers) {
            final List<Double> x = new ArrayList<>(List.of(0.0));
            final List<Double> y =
                    new ArrayList<>(List.of(alone == null ? measurements.median(server, ALONE, metric) : alone));
            for (int connections : plan.coldConnections()) {
                x.add((double) connections);
                y.add(measurements.median(server, phase(kind, connections), metric));
            }
            series.add(new Curve.Series(server, x, y));
        }
        final String load = kind.label.replace(' ', '-');
        return new Curve(
                load + "-" + metric.name().replace(' ', '-').toLowerCase(Locale.ROOT),
                "hot file beside " + kind.label,
                "connections that read " + kind.label,
                yLabel,
                false,
                metric.equals(P99),
                series);
    }
}
