// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import dev.sluice.perf.fork.Fork;
import dev.sluice.perf.fork.UrgentOpenFork;
import dev.sluice.perf.fork.UrgentReadFork;
import dev.sluice.perf.host.Cgroup;
import dev.sluice.perf.host.LoopDisk;
import dev.sluice.perf.host.Teardown;
import dev.sluice.perf.peers.SluiceServer;
import dev.sluice.perf.report.Curve;
import dev.sluice.perf.report.Measurements;
import dev.sluice.perf.report.Metric;
import dev.sluice.perf.report.Result;
import dev.sluice.perf.report.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * How long an urgent read waits for a disk that low ones wait for, by the window of reads with the kernel, and with a window
 * that tunes itself; and the same of opens.
 */
public final class UrgentRead extends PlannedScenario<UrgentReadPlan> {
    static final String FIFO = "fifo";
    static final String TUNED = "tuned";
    static final String TUNED_PHASE = "window by latency";
    static final Metric URGENT = Metric.compared("urgent, median", "ms");
    static final Metric MAX = Metric.compared("urgent, longest", "ms");
    static final Metric IDLE = Metric.plain("alone, median", "ms");
    static final Metric SERVED = Metric.plain("served", "1/s");
    static final Metric LOW = Metric.plain("low ones", "1/s");
    static final Metric LOST = Metric.plain("throughput lost to the widest window", "");

    private static final double TO_WINDOW_AT_MOST = 1.2;
    private static final double FIFO_TO_URGENT_AT_LEAST = 15;
    private static final double TUNED_TO_IDLE_AT_MOST = 2;
    private static final double MS_PER_S = 1000;

    /** For the command line. */
    public UrgentRead() {
        super(
                "urgent-read",
                "An urgent read while 1,000 low ones wait for the same slow disk, with 1 to 32 reads in the window or one that"
                        + " tunes itself to a latency, beside the order of arrival; and the same of opens.",
                UrgentReadPlan::quick,
                1,
                UrgentReadPlan::full,
                1);
    }

    @Override
    public List<String> missing() {
        return LoopDisk.missing();
    }

    @Override
    Result run(RunSettings settings, UrgentReadPlan plan) throws IOException {
        final Instant startedAt = Instant.now();
        final List<String> names = settings.select(List.of(SluiceServer.NAME, FIFO), name -> name);
        final Measurements measurements = new Measurements();
        try (Teardown teardown = settings.teardown().nested()) {
            final UrgentReadDisk disk = teardown.add(UrgentReadDisk.make(settings.workDirectory(), plan.directories()));
            final Cgroup cgroup = teardown.add(
                    Cgroup.create("sluice-perf-" + ProcessHandle.current().pid()));
            final Point point = new Point(settings, plan, teardown, cgroup, measurements);
            for (int run = 0; run < plan.repeat(); run++) {
                settings.progress().accept("run " + (run + 1) + " of " + plan.repeat());
                cgroup.limitReads(disk.device(), plan.readsPerSecond());
                for (String name : names) {
                    point.reads(name, disk);
                }
                cgroup.limitReads(disk.device(), plan.readsPerSecond() * UrgentReadDisk.READS_PER_OPEN);
                for (String name : names) {
                    point.opens(name, disk);
                }
            }
        }
        return settings.result(
                this,
                startedAt,
                plan.describe(),
                names,
                measurements,
                verdicts(names, plan, measurements),
                List.of(
                        curve("window", "read", names, plan.windows(), UrgentRead::phase, measurements),
                        curve("open-window", "open", names, plan.openWindows(), UrgentRead::openPhase, measurements)));
    }

    /** What it takes to measure a point. */
    private record Point(
            RunSettings settings, UrgentReadPlan plan, Teardown teardown, Cgroup cgroup, Measurements measurements) {
        void reads(String name, UrgentReadDisk disk) throws IOException {
            for (int window : measured(name, plan.windows())) {
                final Map<String, Double> figures =
                        fork(name, UrgentReadFork.class, disk.blocks(), window, plan.lowReads());
                for (int shown : name.equals(FIFO) ? plan.windows() : List.of(window)) {
                    add(name, phase(shown), figures);
                }
            }
            if (name.equals(SluiceServer.NAME)) {
                final int widest = UrgentReadPlan.widest(plan.windows());
                final Map<String, Double> figures =
                        fork(TUNED, UrgentReadFork.class, disk.blocks(), widest, plan.lowReads());
                add(name, TUNED_PHASE, figures);
                final List<Double> fixed = measurements.runsOf(name, phase(widest), SERVED);
                measurements.add(name, TUNED_PHASE, LOST, 1.0 - figures.get("served") / fixed.get(fixed.size() - 1));
            }
        }

        void opens(String name, UrgentReadDisk disk) throws IOException {
            for (int window : measured(name, plan.openWindows())) {
                disk.makeCold();
                final Map<String, Double> figures =
                        fork(name, UrgentOpenFork.class, disk.root(), window, plan.lowOpens());
                for (int shown : name.equals(FIFO) ? plan.openWindows() : List.of(window)) {
                    add(name, openPhase(shown), figures);
                }
            }
        }

        private static List<Integer> measured(String name, List<Integer> windows) {
            return name.equals(FIFO) ? List.of(UrgentReadPlan.widest(windows)) : windows;
        }

        private Map<String, Double> fork(String kind, Class<?> program, Path path, int window, int lowWaiting)
                throws IOException {
            final List<String> java = new ArrayList<>(cgroup.enterAndExec());
            java.addAll(settings.java());
            final List<String> arguments = List.of(
                    kind,
                    path.toString(),
                    Integer.toString(window),
                    Integer.toString(lowWaiting),
                    Integer.toString(kind.equals(FIFO) ? plan.fifoTries() : plan.tries()),
                    Long.toString(plan.longestPauseMs(window)));
            final Map<String, Double> figures = Fork.java(teardown, java, program, arguments);
            settings.progress()
                    .accept("  " + program.getSimpleName() + " " + kind + ", window of " + window + ": " + figures);
            return figures;
        }

        private void add(String name, String phase, Map<String, Double> figures) {
            measurements.add(name, phase, URGENT, figures.get("urgent"));
            measurements.add(name, phase, MAX, figures.get("max"));
            measurements.add(name, phase, IDLE, figures.get("idle"));
            measurements.add(name, phase, SERVED, figures.get("served"));
            measurements.add(name, phase, LOW, figures.get("low"));
        }
    }

    static String phase(int window) {
        return "window of " + window;
    }

    static String openPhase(int window) {
        return "opens, window of " + window;
    }

    private static List<Verdict> verdicts(List<String> names, UrgentReadPlan plan, Measurements measurements) {
        final List<Verdict> verdicts = new ArrayList<>();
        if (!names.contains(SluiceServer.NAME)) {
            return verdicts;
        }
        for (int window : plan.windows()) {
            addVerdicts(verdicts, names, phase(window), window, measurements);
        }
        verdicts.add(Verdict.atMost(
                TUNED_PHASE,
                "urgent, median, at most two alone [ms]",
                measurements.median(SluiceServer.NAME, TUNED_PHASE, URGENT),
                TUNED_TO_IDLE_AT_MOST * measurements.median(SluiceServer.NAME, TUNED_PHASE, IDLE)));
        for (int window : plan.openWindows()) {
            addVerdicts(verdicts, names, openPhase(window), window, measurements);
        }
        return verdicts;
    }

    private static void addVerdicts(
            List<Verdict> verdicts, List<String> names, String phase, int window, Measurements measurements) {
        final double windowMs = window * MS_PER_S / measurements.median(SluiceServer.NAME, phase, SERVED);
        verdicts.add(Verdict.atMost(
                phase,
                "urgent, median, at most 1.2 times the window and one alone [ms]",
                measurements.median(SluiceServer.NAME, phase, URGENT),
                TO_WINDOW_AT_MOST * (windowMs + measurements.median(SluiceServer.NAME, phase, IDLE))));
        if (names.contains(FIFO)) {
            verdicts.add(Verdict.atLeast(
                    phase,
                    "in order of arrival over urgent, in the same run",
                    measurements.ratio(FIFO, SluiceServer.NAME, phase, URGENT),
                    FIFO_TO_URGENT_AT_LEAST));
        }
    }

    private static Curve curve(
            String name,
            String what,
            List<String> names,
            List<Integer> windows,
            IntFunction<String> phase,
            Measurements measurements) {
        final List<Curve.Series> series = new ArrayList<>();
        for (String each : names) {
            series.add(Curve.Series.of(
                    each,
                    windows,
                    Integer::doubleValue,
                    window -> measurements.median(each, phase.apply(window), URGENT)));
        }
        return new Curve(
                name,
                "an urgent " + what + " while low ones wait",
                "window of " + what + "s",
                "median [ms]",
                true,
                true,
                series);
    }
}
