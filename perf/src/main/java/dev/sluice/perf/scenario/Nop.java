// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import dev.sluice.perf.fork.Fork;
import dev.sluice.perf.fork.NopFork;
import dev.sluice.perf.host.Requirements;
import dev.sluice.perf.host.Teardown;
import dev.sluice.perf.peers.BareResponder;
import dev.sluice.perf.peers.SluiceServer;
import dev.sluice.perf.report.Curve;
import dev.sluice.perf.report.Measurements;
import dev.sluice.perf.report.Metric;
import dev.sluice.perf.report.Result;
import dev.sluice.perf.report.Verdict;
import dev.sluice.uring.SetupFlags;
import dev.sluice.uring.kernel.KernelRing;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What one io_uring_enter of n operations that do nothing costs from Java, and from C. */
public final class Nop extends PlannedScenario<Nop.Plan> {
    static final String SYSTEM_CALLS = "sluice-system-calls";
    static final String C = "c";
    static final String FIT = "fit a + b*n";
    static final Metric ENTER = Metric.compared("enter", "ns");
    static final Metric INTERCEPT = Metric.compared("a", "ns");
    static final Metric SLOPE = Metric.compared("b", "ns");

    private static final double SLOPE_TO_C_AT_MOST = 1.15;
    private static final double INTERCEPT_ABOVE_C_NS_AT_MOST = 600;

    /** For the command line. */
    public Nop() {
        super(
                "nop",
                "One io_uring_enter of 1 to 128 operations that do nothing: claimed, submitted, waited for, drained; beside"
                        + " C with liburing and the same set-up flags.",
                Plan::quick,
                5,
                Plan::full,
                15);
    }

    /** Points and durations; the times are those of one point. */
    record Plan(int repeat, List<Integer> batches, long warmUpMs, long windowMs) {
        static Plan full(int repeat) {
            return new Plan(repeat, List.of(1, 2, 4, 8, 16, 32, 64, 96, 128), 150, 200);
        }

        static Plan quick(int repeat) {
            return new Plan(repeat, List.of(1, 8, 32, 64, 128), 150, 200);
        }

        Map<String, String> describe() {
            final Map<String, String> settings = new LinkedHashMap<>();
            settings.put("runs", repeat + ", a fork of each in turn");
            settings.put(
                    "window", windowMs + " ms of each n in slices that take turns, after " + warmUpMs + " ms each");
            return settings;
        }
    }

    @Override
    public List<String> missing() {
        final List<String> missing = new ArrayList<>(Requirements.missingPrograms("taskset"));
        BareResponder.opened().missing().ifPresent(missing::add);
        return missing;
    }

    @Override
    Result run(RunSettings settings, Plan plan) throws IOException {
        final Instant startedAt = Instant.now();
        final List<String> names = settings.select(List.of(SluiceServer.NAME, SYSTEM_CALLS, C), name -> name);
        final String flags = setupFlags();
        final Measurements measurements = new Measurements();
        try (Teardown teardown = settings.teardown().nested()) {
            final Path program = Fork.compile("nop.c", settings.workDirectory().resolve(name()), "-luring");
            for (int run = 0; run < plan.repeat(); run++) {
                settings.progress().accept("run " + (run + 1) + " of " + plan.repeat());
                for (String name : names) {
                    final List<String> arguments =
                            new ArrayList<>(List.of(Long.toString(plan.warmUpMs()), Long.toString(plan.windowMs())));
                    plan.batches().forEach(n -> arguments.add(Integer.toString(n)));
                    final Map<String, Double> figures;
                    if (name.equals(C)) {
                        final List<String> command = new ArrayList<>(List.of(program.toString(), flags));
                        command.addAll(arguments);
                        figures = Fork.run(teardown, command);
                    } else {
                        final List<String> java = new ArrayList<>(settings.java());
                        java.add("-Dsluice.uring.systemCalls=" + name.equals(SYSTEM_CALLS));
                        figures = Fork.java(teardown, java, NopFork.class, arguments);
                    }
                    add(settings, plan, measurements, name, figures);
                }
            }
        }
        final Map<String, String> chosen = plan.describe();
        chosen.put(
                "flags", flags + " for io_uring_setup; " + SYSTEM_CALLS + " also NO_SQARRAY where the kernel has it");
        return settings.result(
                this,
                startedAt,
                chosen,
                names,
                measurements,
                names.contains(C) ? verdicts(names, measurements) : List.of(),
                List.of(curve(plan, names, measurements)));
    }

    /** What a ring of ours gets here, without what liburing decides by itself. */
    private static String setupFlags() {
        try (KernelRing ring = KernelRing.open(NopFork.options())) {
            return String.format(Locale.ROOT, "0x%x", ring.setupFlags() & ~SetupFlags.NO_SQARRAY);
        }
    }

    private static void add(
            RunSettings settings, Plan plan, Measurements measurements, String name, Map<String, Double> figures) {
        for (int n : plan.batches()) {
            measurements.add(name, phase(n), ENTER, figures.get(Integer.toString(n)));
        }
        final LineFit fit = LineFit.of(
                plan.batches().stream().map(Integer::doubleValue).toList(),
                plan.batches().stream()
                        .map(n -> figures.get(Integer.toString(n)))
                        .toList());
        measurements.add(name, FIT, INTERCEPT, fit.intercept());
        measurements.add(name, FIT, SLOPE, fit.slope());
        settings.progress()
                .accept(String.format(Locale.ROOT, "  %s: %.0f + %.1f n ns", name, fit.intercept(), fit.slope()));
    }

    private static String phase(int n) {
        return n == 1 ? "1 operation" : n + " operations";
    }

    private static List<Verdict> verdicts(List<String> names, Measurements measurements) {
        final List<Verdict> verdicts = new ArrayList<>();
        for (String name : List.of(SluiceServer.NAME, SYSTEM_CALLS)) {
            if (names.contains(name)) {
                verdicts.add(Verdict.atMost(
                        name,
                        "b over C's in the same run",
                        measurements.ratio(name, C, FIT, SLOPE),
                        SLOPE_TO_C_AT_MOST));
                verdicts.add(Verdict.atMost(
                        name,
                        "a above C's in the same run, median [ns]",
                        Measurements.median(aboveC(name, measurements)),
                        INTERCEPT_ABOVE_C_NS_AT_MOST));
            }
        }
        return verdicts;
    }

    private static List<Double> aboveC(String name, Measurements measurements) {
        final List<Double> own = measurements.runsOf(name, FIT, INTERCEPT);
        final List<Double> ofC = measurements.runsOf(C, FIT, INTERCEPT);
        final List<Double> above = new ArrayList<>();
        for (int run = 0; run < own.size(); run++) {
            above.add(own.get(run) - ofC.get(run));
        }
        return above;
    }

    private static Curve curve(Plan plan, List<String> names, Measurements measurements) {
        final List<Curve.Series> series = new ArrayList<>();
        for (String name : names) {
            series.add(Curve.Series.of(
                    name, plan.batches(), Integer::doubleValue, n -> measurements.median(name, phase(n), ENTER)));
        }
        return new Curve(
                "enter",
                "one io_uring_enter of operations that do nothing",
                "operations",
                "nanoseconds",
                false,
                false,
                series);
    }
}
