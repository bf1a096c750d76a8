// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import dev.sluice.perf.fork.BurstFork;
import dev.sluice.perf.fork.Fork;
import dev.sluice.perf.host.Teardown;
import dev.sluice.perf.peers.SluiceServer;
import dev.sluice.perf.report.Curve;
import dev.sluice.perf.report.Measurements;
import dev.sluice.perf.report.Metric;
import dev.sluice.perf.report.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The part of {@link UrgentBehindLow} in which low descriptors became ready before the urgent one, and nobody has looked yet. */
final class UrgentBehindReady {
    static final String SORTED = "selector-sorted";
    static final Metric BEFORE = Metric.plain("low ones before", "");
    static final Metric MOST = Metric.plain("low ones before, at most", "");
    static final Metric WAIT = Metric.compared("wait", "us");
    static final Metric LONGEST = Metric.compared("wait, longest", "us");

    /** As often is one handed out while the rest is let in: 2 ms pass, or 512 enters. */
    private static final double BEFORE_AT_MOST = 2;

    private final RunSettings settings;
    private final UrgentBehindLow.Plan plan;
    private final Measurements measurements;

    UrgentBehindReady(RunSettings settings, UrgentBehindLow.Plan plan, Measurements measurements) {
        this.settings = settings;
        this.plan = plan;
        this.measurements = measurements;
    }

    static String phase(int ready) {
        return String.format(Locale.ROOT, "%,d low ready before", ready);
    }

    void measure(String name, Teardown teardown) throws IOException {
        for (int ready : plan.ready()) {
            final Map<String, Double> figures = Fork.java(
                    teardown,
                    settings.java(),
                    BurstFork.class,
                    List.of(
                            name,
                            Integer.toString(ready),
                            Integer.toString(plan.handlerUs()),
                            Integer.toString(plan.bursts() / 2),
                            Integer.toString(plan.bursts())));
            measurements.add(name, phase(ready), BEFORE, figures.get("before"));
            measurements.add(name, phase(ready), MOST, figures.get("most"));
            measurements.add(name, phase(ready), WAIT, figures.get("wait"));
            measurements.add(name, phase(ready), LONGEST, figures.get("longest"));
            settings.progress().accept("  " + name + ", " + phase(ready) + ": " + figures);
        }
    }

    List<Verdict> verdicts() {
        return plan.ready().stream()
                .map(ready -> Verdict.atMost(
                        phase(ready),
                        "low ones handed out before the urgent one, at most",
                        measurements.median(SluiceServer.NAME, phase(ready), MOST),
                        BEFORE_AT_MOST))
                .toList();
    }

    Curve curve(List<String> names) {
        final List<Curve.Series> series = new ArrayList<>();
        for (String name : names) {
            series.add(Curve.Series.of(
                    name, plan.ready(), Integer::doubleValue, ready -> measurements.median(name, phase(ready), WAIT)));
        }
        return new Curve(
                "ready",
                "an urgent event that became ready last",
                "low ones that became ready before it",
                "from the write to the hand-out [us]",
                true,
                true,
                series);
    }
}
