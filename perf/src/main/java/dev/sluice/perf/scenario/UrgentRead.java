package dev.sluice.perf.scenario;

import dev.sluice.perf.fork.Fork;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** How long an urgent read waits for a disk that low ones wait for, by the window of reads with the kernel. */
public final class UrgentRead implements Scenario {
    static final String FIFO = "fifo";
    static final Metric URGENT = Metric.compared("urgent read, median", "ms");
    static final Metric MAX = Metric.compared("urgent read, longest", "ms");
    static final Metric IDLE = Metric.plain("idle read, median", "ms");
    static final Metric DISK_READS = Metric.plain("disk reads", "1/s");

    private static final double TO_WINDOW_AT_MOST = 1.2;
    private static final double FIFO_TO_URGENT_AT_LEAST = 15;
    private static final double MS_PER_S = 1000;
    private static final int FILE_BYTES = 64 << 20;
    private static final long ROOM_BYTES = 32L << 20;
    private static final int INODES = 64;
    private static final long SEED = 42;

    /** For the command line. */
    public UrgentRead() {}

    /** Sizes; in order of arrival a read waits for all low ones, a minute or more, so that there are fewer tries. */
    record Plan(
            int repeat,
            List<Integer> windows,
            int readsPerSecond,
            int lowWaiting,
            int tries,
            int fifoTries,
            long pauseMs) {
        static Plan full(int repeat) {
            return new Plan(repeat, List.of(1, 4, 8, 16, 32), 10, 1000, 30, 1, 200);
        }

        static Plan quick(int repeat) {
            return new Plan(repeat, List.of(4, 16), 10, 500, 10, 1, 200);
        }

        /** In order of arrival a read waits for all that came before, whatever the window: one of them is enough. */
        int fifoWindow() {
            return windows.get(windows.size() - 1);
        }

        int tries(String name) {
            return name.equals(FIFO) ? fifoTries : tries;
        }

        Map<String, String> describe() {
            final Map<String, String> settings = new LinkedHashMap<>();
            settings.put("runs", repeat + ", a fork for each window");
            settings.put("disk", readsPerSecond + " reads a second, 4 KiB each, direct");
            settings.put("low", lowWaiting + " reads wait at any time");
            settings.put("urgent", tries + " reads, in order of arrival " + fifoTries + ", one at a time");
            return settings;
        }
    }

    @Override
    public String name() {
        return "urgent-read";
    }

    @Override
    public String description() {
        return "An urgent read while 1,000 low ones wait for the same slow disk, with 1 to 32 reads in the window, beside"
                + " the order of arrival.";
    }

    @Override
    public List<String> missing() {
        return LoopDisk.missing();
    }

    @Override
    public Result run(RunSettings settings) throws IOException {
        final int repeat = settings.repeat().orElse(1);
        return run(settings, settings.quick() ? Plan.quick(repeat) : Plan.full(repeat));
    }

    Result run(RunSettings settings, Plan plan) throws IOException {
        final Instant startedAt = Instant.now();
        final List<String> names = settings.select(List.of(SluiceServer.NAME, FIFO), name -> name);
        final Measurements measurements = new Measurements();
        try (Teardown teardown = settings.teardown().nested()) {
            final LoopDisk disk = teardown.add(disk(settings.workDirectory()));
            final Cgroup cgroup = teardown.add(
                    Cgroup.create("sluice-perf-" + ProcessHandle.current().pid()));
            cgroup.limitReads(disk.device(), plan.readsPerSecond());
            for (int run = 0; run < plan.repeat(); run++) {
                settings.progress().accept("run " + (run + 1) + " of " + plan.repeat());
                for (String name : names) {
                    final List<Integer> measured = name.equals(FIFO) ? List.of(plan.fifoWindow()) : plan.windows();
                    for (int window : measured) {
                        final List<String> java = new ArrayList<>(cgroup.enterAndExec());
                        java.addAll(settings.java());
                        final List<String> arguments = List.of(
                                name,
                                disk.root().resolve("blocks.bin").toString(),
                                Integer.toString(window),
                                Integer.toString(plan.lowWaiting()),
                                Integer.toString(plan.tries(name)),
                                Long.toString(plan.pauseMs()));
                        final Map<String, Double> figures = Fork.java(teardown, java, UrgentReadFork.class, arguments);
                        for (int shown : name.equals(FIFO) ? plan.windows() : List.of(window)) {
                            add(measurements, name, phase(shown), figures);
                        }
                        settings.progress().accept("  " + name + ", " + phase(window) + ": " + figures);
                    }
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
                List.of(curve(names, plan, measurements)));
    }

    /** With one file, mounted. */
    private static LoopDisk disk(Path workDirectory) throws IOException {
        Files.createDirectories(workDirectory);
        final LoopDisk disk = LoopDisk.format(
                workDirectory.resolve("urgent-read.img"),
                workDirectory.resolve("urgent-read"),
                FILE_BYTES + ROOM_BYTES,
                INODES);
        try {
            disk.mountWritable();
            final byte[] content = new byte[FILE_BYTES];
            new Random(SEED).nextBytes(content);
            Files.write(disk.root().resolve("blocks.bin"), content);
            disk.mountCold();
            return disk;
        } catch (IOException | RuntimeException e) {
            disk.close();
            throw e;
        }
    }

    private static void add(Measurements measurements, String name, String phase, Map<String, Double> figures) {
        measurements.add(name, phase, URGENT, figures.get("urgent"));
        measurements.add(name, phase, MAX, figures.get("max"));
        measurements.add(name, phase, IDLE, figures.get("idle"));
        measurements.add(name, phase, DISK_READS, figures.get("disk-reads"));
    }

    private static String phase(int window) {
        return "window of " + window;
    }

    private static List<Verdict> verdicts(List<String> names, Plan plan, Measurements measurements) {
        final List<Verdict> verdicts = new ArrayList<>();
        if (!names.contains(SluiceServer.NAME)) {
            return verdicts;
        }
        for (int window : plan.windows()) {
            final String phase = phase(window);
            final double windowMs = window * MS_PER_S / measurements.median(SluiceServer.NAME, phase, DISK_READS);
            verdicts.add(Verdict.atMost(
                    phase,
                    "urgent read, median, at most 1.2 times the window and an idle read [ms]",
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
        return verdicts;
    }

    private static Curve curve(List<String> names, Plan plan, Measurements measurements) {
        final List<Curve.Series> series = new ArrayList<>();
        for (String name : names) {
            series.add(Curve.Series.of(
                    name,
                    plan.windows(),
                    Integer::doubleValue,
                    window -> measurements.median(name, phase(window), URGENT)));
        }
        return new Curve(
                "window",
                "an urgent read while " + plan.lowWaiting() + " low ones wait",
                "window of reads",
                "median [ms]",
                true,
                true,
                series);
    }
}
