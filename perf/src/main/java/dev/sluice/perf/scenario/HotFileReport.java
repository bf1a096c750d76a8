// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import dev.sluice.perf.peers.BareResponder;
import dev.sluice.perf.peers.NginxServer;
import dev.sluice.perf.peers.SluiceServer;
import dev.sluice.perf.report.Curve;
import dev.sluice.perf.report.Measurements;
import dev.sluice.perf.report.Metric;
import dev.sluice.perf.report.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** What {@link HotFile} measures, what it demands, and what it draws. */
final class HotFileReport {
    static final Metric REPLIES = Metric.compared("replies", "1/s");
    static final Metric CPU = Metric.compared("server CPU per request", "us");
    static final Metric P50 = Metric.compared("p50", "ms");
    static final Metric P99 = Metric.compared("p99", "ms");
    static final Metric MAX = Metric.compared("max", "ms");
    static final Metric BUSY = Metric.plain("generator busy", "");
    static final Metric ON_CPU = Metric.plain("generator on CPU", "");

    private static final int JUDGED_CONNECTIONS = 32;
    private static final double CPU_TO_NGINX_AT_MOST = 0.65;
    private static final double CPU_TO_CACHED_NGINX_AT_MOST = 0.8;
    private static final double OPENED_CPU_TO_NGINX_AT_MOST = 0.7;
    private static final double KEPT_CPU_TO_NGINX_AT_MOST = 0.55;
    private static final double KEPT_CPU_TO_FLOOR_AT_MOST = 1.5;
    private static final String NGINX = "nginx";

    /** Read as one reply in 2, 10, 100, 1,000, 10,000. */
    private static final List<Double> ONE_IN = List.of(2.0, 4.0, 10.0, 20.0, 100.0, 200.0, 1000.0, 2000.0, 10_000.0);

    private HotFileReport() {}

    static String closedLoop(int connections) {
        return connections + " connections, closed loop";
    }

    static String openLoop(int connections) {
        return connections + " connections, open loop";
    }

    static List<Verdict> verdicts(HotFilePlan plan, List<String> servers, Measurements measurements) {
        final List<Verdict> verdicts = new ArrayList<>();
        if (plan.connections().contains(JUDGED_CONNECTIONS)) {
            judge(verdicts, servers, measurements, SluiceServer.NAME, NGINX, CPU_TO_NGINX_AT_MOST);
            judge(verdicts, servers, measurements, SluiceServer.NAME, NginxServer.CACHED, CPU_TO_CACHED_NGINX_AT_MOST);
            for (String nginx : List.of(NGINX, NginxServer.DEFAULTS)) {
                judge(verdicts, servers, measurements, SluiceServer.OPENED, nginx, OPENED_CPU_TO_NGINX_AT_MOST);
            }
            for (String nginx : List.of(NginxServer.CACHED, NginxServer.DEFAULTS_CACHED)) {
                judge(verdicts, servers, measurements, SluiceServer.KEPT, nginx, KEPT_CPU_TO_NGINX_AT_MOST);
            }
            judge(verdicts, servers, measurements, SluiceServer.KEPT, BareResponder.NAME, KEPT_CPU_TO_FLOOR_AT_MOST);
        }
        return verdicts;
    }

    private static void judge(
            List<Verdict> verdicts,
            List<String> servers,
            Measurements measurements,
            String server,
            String peer,
            double atMost) {
        if (servers.containsAll(List.of(server, peer))) {
            final String phase = closedLoop(JUDGED_CONNECTIONS);
            verdicts.add(Verdict.atMost(
                    phase,
                    "server CPU per request, " + server + " over " + peer + " in the same run",
                    measurements.ratio(server, peer, phase, CPU),
                    atMost));
        }
    }

    static List<Curve> curves(HotFilePlan plan, Map<String, Map<Integer, Histogram>> latencies) {
        final List<Curve> curves = new ArrayList<>();
        for (int connections : plan.connections()) {
            final List<Curve.Series> series = new ArrayList<>();
            latencies.forEach(
                    (server, byConnections) -> series.add(percentiles(server, byConnections.get(connections))));
            curves.add(new Curve(
                    "latency-" + connections,
                    "latency over " + connections + " connections at " + plan.offeredShare() + " of the capacity",
                    "one reply in ... takes longer",
                    "latency from the intended time [ms]",
                    true,
                    true,
                    series));
        }
        return curves;
    }

    private static Curve.Series percentiles(String server, Histogram latencyNs) {
        final List<Double> y = new ArrayList<>();
        for (double oneIn : ONE_IN) {
            y.add(latencyNs.getValueAtPercentile(100.0 * (1.0 - 1.0 / oneIn)) / 1e6);
        }
        return new Curve.Series(server, ONE_IN, y);
    }
}
