// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import dev.sluice.perf.fork.Fork;
import dev.sluice.perf.fork.MillionContainersFork;
import dev.sluice.perf.host.Requirements;
import dev.sluice.perf.host.Teardown;
import dev.sluice.perf.peers.SluiceServer;
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

/** What an event costs when nothing about it is in a cache, held against what memory costs. */
public final class MillionContainers extends PlannedScenario<MillionContainers.Plan> {
    static final Metric EVENT = Metric.plain("event", "ns");
    static final Metric SIX_LINES = Metric.plain("six lines", "ns");
    static final Metric RATIO = Metric.plain("event to six lines", "");
    static final Metric ALLOCATED = Metric.plain("allocated", "bytes");
    static final Metric FOOTPRINT = Metric.plain("footprint", "MiB");

    private static final double TO_SIX_LINES_AT_MOST = 1.5;

    /** For the command line. */
    public MillionContainers() {
        super(
                "million-containers",
                "One signal-and-dequeue among a million containers with a descriptor each, arrivals at random, beside a"
                        + " chase of six random cache lines over the same footprint.",
                Plan::quick,
                3,
                Plan::full,
                10);
    }

    /** Sizes and durations. */
    record Plan(int repeat, int containers, List<Integer> arrivals, long warmUpMs, long windowMs) {
        static Plan full(int repeat) {
            return new Plan(repeat, 1_000_000, List.of(64, 1), 2000, 4000);
        }

        static Plan quick(int repeat) {
            return new Plan(repeat, 1_000_000, List.of(64, 1), 1500, 2000);
        }

        Map<String, String> describe() {
            final Map<String, String> settings = new LinkedHashMap<>();
            settings.put("runs", repeat + ", a fork each");
            settings.put("queue", containers + " containers with one descriptor each, simulated, arrivals at random");
            settings.put("window", windowMs + " ms of events and of chases, in turns, after " + warmUpMs + " ms");
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
        final Measurements measurements = new Measurements();
        try (Teardown teardown = settings.teardown().nested()) {
            for (int run = 0; run < plan.repeat(); run++) {
                settings.progress().accept("run " + (run + 1) + " of " + plan.repeat());
                for (int arrivals : plan.arrivals()) {
                    final List<String> arguments = List.of(
                            Integer.toString(plan.containers()),
                            Integer.toString(arrivals),
                            Long.toString(plan.warmUpMs()),
                            Long.toString(plan.windowMs()));
                    add(
                            settings,
                            measurements,
                            phase(arrivals),
                            Fork.java(teardown, settings.java(), MillionContainersFork.class, arguments));
                }
            }
        }
        return settings.result(
                this,
                startedAt,
                plan.describe(),
                List.of(SluiceServer.NAME),
                measurements,
                verdicts(plan, measurements),
                List.of());
    }

    private static void add(
            RunSettings settings, Measurements measurements, String phase, Map<String, Double> figures) {
        final double ratio = figures.get("event") / figures.get("six-lines");
        measurements.add(SluiceServer.NAME, phase, EVENT, figures.get("event"));
        measurements.add(SluiceServer.NAME, phase, SIX_LINES, figures.get("six-lines"));
        measurements.add(SluiceServer.NAME, phase, RATIO, ratio);
        measurements.add(SluiceServer.NAME, phase, ALLOCATED, figures.get("allocated"));
        measurements.add(SluiceServer.NAME, phase, FOOTPRINT, figures.get("footprint"));
        settings.progress()
                .accept(String.format(
                        Locale.ROOT,
                        "  %s: %.0f ns, six lines %.0f ns, ratio %.2f, %.0f bytes allocated",
                        phase,
                        figures.get("event"),
                        figures.get("six-lines"),
                        ratio,
                        figures.get("allocated")));
    }

    private static String phase(int arrivals) {
        return arrivals == 1 ? "1 arrival a dequeue" : arrivals + " arrivals a dequeue";
    }

    private static List<Verdict> verdicts(Plan plan, Measurements measurements) {
        final List<Verdict> verdicts = new ArrayList<>();
        for (int arrivals : plan.arrivals()) {
            final String phase = phase(arrivals);
            verdicts.add(Verdict.atMost(
                    phase,
                    "an event over a chase of six lines",
                    measurements.median(SluiceServer.NAME, phase, RATIO),
                    TO_SIX_LINES_AT_MOST));
            verdicts.add(Verdict.atMost(
                    phase,
                    "bytes allocated, in the run that allocated most",
                    measurements.runsOf(SluiceServer.NAME, phase, ALLOCATED).stream()
                            .mapToDouble(Double::doubleValue)
                            .max()
                            .orElseThrow(),
                    0));
        }
        return verdicts;
    }
}
