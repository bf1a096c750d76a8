// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import dev.sluice.perf.fork.Fork;
import dev.sluice.perf.fork.MixedFork;
import dev.sluice.perf.host.Cgroup;
import dev.sluice.perf.host.LoopDisk;
import dev.sluice.perf.host.Teardown;
import dev.sluice.perf.peers.SluiceServer;
import dev.sluice.perf.report.Measurements;
import dev.sluice.perf.report.Metric;
import dev.sluice.perf.report.Result;
import dev.sluice.perf.report.Verdict;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Readers of a file's hot pages beside readers of its cold ones: every database's case, and every search index's. */
public final class MixedFile extends PlannedScenario<MixedFile.Plan> {
    static final Metric ALONE = Metric.compared("hot reads alone", "1/s");
    static final Metric BESIDE = Metric.compared("hot reads beside cold", "1/s");
    static final Metric KEPT = Metric.compared("kept", "");
    static final Metric COLD = Metric.compared("cold reads", "1/s");

    private static final double KEPT_AT_LEAST = 0.95;

    /** For the command line. */
    public MixedFile() {
        super(
                "mixed-file",
                "50 readers of hot pages beside 64 of cold pages of the same file, from a disk of 100 reads a second: what the hot"
                        + " ones keep of their rate, beside a FileChannel with a thread each and AsynchronousFileChannel.",
                Plan::quick,
                2,
                Plan::full,
                5);
    }

    /** Sizes; a rate of 0 is as many as there can be. */
    record Plan(
            int repeat,
            int chunks,
            int hotReaders,
            int coldReaders,
            int diskReads,
            List<Long> hotPerSecond,
            long warmUpMs,
            long windowMs) {
        static Plan full(int repeat) {
            return new Plan(repeat, 512, 50, 64, 100, List.of(50_000L, 0L), 1500, 4000);
        }

        static Plan quick(int repeat) {
            return new Plan(repeat, 512, 50, 64, 100, List.of(50_000L, 0L), 1200, 2000);
        }

        Map<String, String> describe() {
            final Map<String, String> settings = new LinkedHashMap<>();
            settings.put("runs", repeat + ", a fork of each in turn");
            settings.put("disk", diskReads + " reads a second");
            settings.put("readers", hotReaders + " of hot pages, " + coldReaders + " of cold ones, 4 KiB each");
            settings.put("window", windowMs + " ms alone and again beside cold reads, after " + warmUpMs + " ms");
            return settings;
        }
    }

    @Override
    public List<String> missing() {
        return LoopDisk.missing();
    }

    @Override
    Result run(RunSettings settings, Plan plan) throws IOException {
        final Instant startedAt = Instant.now();
        final List<String> names = settings.select(
                List.of(SluiceServer.NAME, RandomReads.FILE_CHANNEL, RandomReads.ASYNC_FILE_CHANNEL), name -> name);
        final Measurements measurements = new Measurements();
        try (Teardown teardown = settings.teardown().nested()) {
            final MixedFileDisk disk = teardown.add(MixedFileDisk.make(settings.workDirectory(), plan.chunks()));
            final Cgroup cgroup = teardown.add(
                    Cgroup.create("sluice-perf-" + ProcessHandle.current().pid()));
            cgroup.limitReads(disk.device(), plan.diskReads());
            final List<String> java = new ArrayList<>(cgroup.enterAndExec());
            java.addAll(settings.java());
            final List<String> order = new ArrayList<>(names);
            for (int run = 0; run < plan.repeat(); run++) {
                settings.progress().accept("run " + (run + 1) + " of " + plan.repeat());
                for (long hotPerSecond : plan.hotPerSecond()) {
                    for (String name : order) {
                        disk.warmHotPages();
                        final Map<String, Double> figures = Fork.java(
                                teardown,
                                java,
                                MixedFork.class,
                                List.of(
                                        name,
                                        disk.file().toString(),
                                        Integer.toString(plan.chunks()),
                                        Integer.toString(plan.hotReaders()),
                                        Integer.toString(plan.coldReaders()),
                                        Long.toString(hotPerSecond),
                                        Long.toString(plan.warmUpMs()),
                                        Long.toString(plan.windowMs())));
                        add(settings, measurements, name, phase(hotPerSecond), figures);
                    }
                }
                Collections.rotate(order, -1); // nobody always comes first
            }
        }
        return settings.result(
                this, startedAt, plan.describe(), names, measurements, verdicts(names, plan, measurements), List.of());
    }

    static String phase(long hotPerSecond) {
        return hotPerSecond == 0L
                ? "hot reads without a pause"
                : String.format(Locale.ROOT, "%,d hot reads/s", hotPerSecond);
    }

    private static void add(
            RunSettings settings, Measurements measurements, String name, String phase, Map<String, Double> figures) {
        measurements.add(name, phase, ALONE, figures.get("alone"));
        measurements.add(name, phase, BESIDE, figures.get("beside"));
        measurements.add(name, phase, KEPT, figures.get("kept"));
        measurements.add(name, phase, COLD, figures.get("cold"));
        settings.progress().accept("  " + name + ", " + phase + ": " + figures);
    }

    private static List<Verdict> verdicts(List<String> names, Plan plan, Measurements measurements) {
        return !names.contains(SluiceServer.NAME)
                ? List.of()
                : plan.hotPerSecond().stream()
                        .filter(hotPerSecond -> hotPerSecond > 0L)
                        .map(hotPerSecond -> Verdict.atLeast(
                                phase(hotPerSecond),
                                "part of the hot readers' rate that is kept beside cold reads",
                                measurements.median(SluiceServer.NAME, phase(hotPerSecond), KEPT),
                                KEPT_AT_LEAST))
                        .toList();
    }
}
