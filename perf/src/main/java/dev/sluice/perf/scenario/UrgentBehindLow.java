// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import dev.sluice.perf.fork.Fork;
import dev.sluice.perf.fork.UrgentFork;
import dev.sluice.perf.host.Requirements;
import dev.sluice.perf.host.Teardown;
import dev.sluice.perf.peers.SluiceServer;
import dev.sluice.perf.report.Curve;
import dev.sluice.perf.report.Measurements;
import dev.sluice.perf.report.Metric;
import dev.sluice.perf.report.Result;
import dev.sluice.perf.report.Verdict;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** How long an urgent event waits behind a backlog of low ones. */
public final class UrgentBehindLow extends PlannedScenario<UrgentBehindLow.Plan> {
    static final Metric P50 = Metric.compared("p50", "us");
    static final Metric P99 = Metric.compared("p99", "us");
    static final Metric MAX = Metric.compared("max", "us");

    private static final String FIFO = "fifo";
    private static final String SELECTOR = "selector";
    private static final double P50_US_AT_MOST = 100;
    private static final double P99_US_AT_MOST = 300;
    private static final String ONE_IN = "one-in-";

    /** For the command line. */
    public UrgentBehindLow() {
        super(
                "urgent-behind-low",
                "An urgent event while 10,000 low ones of 20 us each are pending, and one that became ready after 100 to 5,000"
                        + " of them: from the write of its descriptor to the hand-out, beside a queue in order of arrival and"
                        + " java.nio Selector.",
                Plan::quick,
                2,
                Plan::full,
                5);
    }

    /** Sizes; the peers' events wait for a tenth of a second or more each, so that they have fewer. */
    record Plan(int repeat, int pending, int handlerUs, int samples, int peerSamples, List<Integer> ready, int bursts) {
        static Plan full(int repeat) {
            return new Plan(repeat, 10_000, 20, 3000, 100, List.of(100, 1000, 5000), 41);
        }

        static Plan quick(int repeat) {
            return new Plan(repeat, 10_000, 20, 1000, 50, List.of(100, 1000, 5000), 21);
        }

        int samples(String server) {
            return server.equals(SluiceServer.NAME) ? samples : peerSamples;
        }

        Map<String, String> describe() {
            final Map<String, String> settings = new LinkedHashMap<>();
            settings.put("runs", repeat + ", a fork of each in turn");
            settings.put("backlog", pending + " low events pending at any time, each handled in " + handlerUs + " us");
            settings.put("urgent", samples + " events a run at random moments, of the peers " + peerSamples);
            settings.put(
                    "ready before",
                    ready + " low ones, then an urgent one, then the first look; " + bursts + " times a run");
            return settings;
        }
    }

    @Override
    public List<String> missing() {
        return Requirements.missingPrograms("taskset");
    }

    @Override
    Result run(RunSettings settings, Plan plan) throws IOException {
        final Instant startedAt = Instant.now();
        final List<String> names =
                settings.select(List.of(SluiceServer.NAME, FIFO, SELECTOR, UrgentBehindReady.SORTED), name -> name);
        final String phase = String.format(Locale.ROOT, "%,d low pending", plan.pending());
        final Measurements measurements = new Measurements();
        final Map<String, Map<Integer, List<Double>>> percentiles = new LinkedHashMap<>();
        final UrgentBehindReady readyBefore = new UrgentBehindReady(settings, plan, measurements);
        try (Teardown teardown = settings.teardown().nested()) {
            for (int run = 0; run < plan.repeat(); run++) {
                settings.progress().accept("run " + (run + 1) + " of " + plan.repeat());
                for (String name : names) {
                    readyBefore.measure(name, teardown);
                    if (name.equals(UrgentBehindReady.SORTED)) {
                        continue; // of those that are always pending a look reports as many as it can
                    }
                    final int samples = plan.samples(name);
                    final Map<String, Double> figures = Fork.java(
                            teardown,
                            settings.java(),
                            UrgentFork.class,
                            List.of(
                                    name,
                                    Integer.toString(plan.pending()),
                                    Integer.toString(plan.handlerUs()),
                                    Integer.toString(samples / 5),
                                    Integer.toString(samples)));
                    measurements.add(name, phase, P50, figures.get(ONE_IN + 2));
                    measurements.add(name, phase, P99, figures.get(ONE_IN + 100));
                    measurements.add(name, phase, MAX, figures.get("max"));
                    final Map<Integer, List<Double>> own = percentiles.computeIfAbsent(name, key -> new TreeMap<>());
                    figures.forEach((figure, us) -> {
                        if (figure.startsWith(ONE_IN)) {
                            own.computeIfAbsent(
                                            Integer.valueOf(figure.substring(ONE_IN.length())),
                                            key -> new ArrayList<>())
                                    .add(us);
                        }
                    });
                    settings.progress()
                            .accept(String.format(
                                    Locale.ROOT,
                                    "  %s: p50 %.0f us, p99 %.0f us, max %.0f us",
                                    name,
                                    figures.get(ONE_IN + 2),
                                    figures.get(ONE_IN + 100),
                                    figures.get("max")));
                }
            }
        }
        return settings.result(
                this,
                startedAt,
                plan.describe(),
                names,
                measurements,
                names.contains(SluiceServer.NAME) ? verdicts(phase, measurements, readyBefore) : List.of(),
                List.of(curve(plan, percentiles), readyBefore.curve(names)));
    }

    private static List<Verdict> verdicts(String phase, Measurements measurements, UrgentBehindReady readyBefore) {
        final List<Verdict> verdicts = new ArrayList<>(List.of(
                Verdict.atMost(
                        phase,
                        "an urgent event's wait, median [us]",
                        measurements.median(SluiceServer.NAME, phase, P50),
                        P50_US_AT_MOST),
                Verdict.atMost(
                        phase,
                        "an urgent event's wait, p99 [us]",
                        measurements.median(SluiceServer.NAME, phase, P99),
                        P99_US_AT_MOST)));
        verdicts.addAll(readyBefore.verdicts());
        return verdicts;
    }

    private static Curve curve(Plan plan, Map<String, Map<Integer, List<Double>>> percentiles) {
        final List<Curve.Series> series = new ArrayList<>();
        percentiles.forEach((name, byOneIn) -> {
            final List<Integer> shown = byOneIn.keySet().stream()
                    .filter(oneIn -> oneIn <= plan.samples(name))
                    .toList();
            series.add(new Curve.Series(
                    name,
                    shown.stream().map(Integer::doubleValue).toList(),
                    shown.stream()
                            .map(oneIn -> Measurements.median(byOneIn.get(oneIn)))
                            .toList()));
        });
        return new Curve(
                "wait",
                "an urgent event's wait behind " + plan.pending() + " low ones",
                "one event in ... waits longer",
                "from the write to the hand-out [us]",
                true,
                true,
                series);
    }
}
