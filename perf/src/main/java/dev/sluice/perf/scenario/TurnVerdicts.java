// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import dev.sluice.perf.report.Measurements;
import dev.sluice.perf.report.Metric;
import dev.sluice.perf.report.Verdict;
import java.util.ArrayList;
import java.util.List;

/** Demands on ratios of servers that took turns, collected one after the other. */
final class TurnVerdicts {
    private final List<String> servers;
    private final Measurements measurements;
    private final List<Verdict> verdicts = new ArrayList<>();

    TurnVerdicts(List<String> servers, Measurements measurements) {
        this.servers = servers;
        this.measurements = measurements;
    }

    /** Judges where both were measured. A phase that was left out, since no turn of it was worth anything, does not hold. */
    void atMost(String phase, Metric metric, String server, String peer, double bound) {
        if (!servers.containsAll(List.of(server, peer))) {
            return;
        }
        final String ratio = metric.name() + ", " + server + " over " + peer + " in the same run";
        if (measurements.has(server, phase, metric)) {
            verdicts.add(Verdict.atMost(phase, ratio, measurements.ratio(server, peer, phase, metric), bound));
        } else {
            verdicts.add(Verdict.atLeast(phase, "runs measured for " + ratio, 0, 1));
        }
    }

    List<Verdict> all() {
        return List.copyOf(verdicts);
    }
}
