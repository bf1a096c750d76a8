// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import dev.sluice.perf.fork.CachedCallsFork;
import dev.sluice.perf.fork.Fork;
import dev.sluice.perf.host.Requirements;
import dev.sluice.perf.host.Teardown;
import dev.sluice.perf.peers.SluiceServer;
import dev.sluice.perf.report.Measurements;
import dev.sluice.perf.report.Metric;
import dev.sluice.perf.report.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What reads, opens and stats cost that no disk is needed for: there a ring may lose. */
public final class CachedCalls extends PlannedScenario<CachedCalls.Plan> {
    static final Metric CALL = Metric.compared("call", "ns");
    static final String JDK = "jdk";
    static final String C = "c";

    private static final List<String> CALLS = List.of("read", "open", "stat");
    private static final int FILE_BYTES = 1 << 20;

    /** For the command line. */
    public CachedCalls() {
        super(
                "cached-calls",
                "Reads of 4 KiB, opens and stats that the kernel's caches answer, 1 and 32 at a time through the ring, beside"
                        + " the calls of the JDK and of C.",
                Plan::quick,
                5,
                Plan::full,
                15);
    }

    /** Points and durations; the times are those of one call in one batch. */
    record Plan(int repeat, List<Integer> batches, long warmUpMs, long windowMs) {
        static Plan full(int repeat) {
            return new Plan(repeat, List.of(1, 32), 300, 300);
        }

        static Plan quick(int repeat) {
            return new Plan(repeat, List.of(1, 32), 200, 200);
        }

        Map<String, String> describe() {
            final Map<String, String> settings = new LinkedHashMap<>();
            settings.put("runs", repeat + ", a fork of each in turn");
            settings.put("window", windowMs + " ms of each call in slices, after " + warmUpMs + " ms");
            return settings;
        }
    }

    @Override
    public List<String> missing() {
        return Requirements.missingPrograms("taskset", "gcc");
    }

    @Override
    Result run(RunSettings settings, Plan plan) throws IOException {
        final Instant startedAt = Instant.now();
        final List<String> names = settings.select(List.of(SluiceServer.NAME, JDK, C), name -> name);
        final Measurements measurements = new Measurements();
        try (Teardown teardown = settings.teardown().nested()) {
            final Path directory = settings.workDirectory().resolve(name());
            final Path program = Fork.compile("cached-calls.c", directory);
            final Path file = directory.resolve("cached.bin");
            Files.write(file, new byte[FILE_BYTES]);
            for (int run = 0; run < plan.repeat(); run++) {
                settings.progress().accept("run " + (run + 1) + " of " + plan.repeat());
                for (String name : names) {
                    final List<String> arguments = new ArrayList<>(
                            List.of(file.toString(), Long.toString(plan.warmUpMs()), Long.toString(plan.windowMs())));
                    plan.batches().forEach(batch -> arguments.add(Integer.toString(batch)));
                    arguments.add(0, name.equals(C) ? program.toString() : name);
                    final Map<String, Double> figures = name.equals(C)
                            ? Fork.run(teardown, arguments)
                            : Fork.java(teardown, settings.java(), CachedCallsFork.class, arguments);
                    add(settings, plan, measurements, name, figures);
                }
            }
        }
        return settings.result(this, startedAt, plan.describe(), names, measurements, List.of(), List.of());
    }

    private static void add(
            RunSettings settings, Plan plan, Measurements measurements, String name, Map<String, Double> figures) {
        for (String call : CALLS) {
            for (int batch : plan.batches()) {
                measurements.add(name, phase(call, batch), CALL, figures.get(call + "-" + batch));
            }
        }
        settings.progress().accept(String.format(Locale.ROOT, "  %s: %s", name, figures));
    }

    private static String phase(String call, int batch) {
        return call + ", " + batch + " at a time";
    }
}
