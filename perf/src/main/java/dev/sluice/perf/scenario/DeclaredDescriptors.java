// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import dev.sluice.perf.fork.DescriptorsFork;
import dev.sluice.perf.fork.Fork;
import dev.sluice.perf.host.Requirements;
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
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * What an event costs among few and among many declared descriptors.
 *
 * @see "Banga, Mogul, Druschel 1999, figure 2: select(2) costs in proportion to the descriptors, not to the events"
 */
public final class DeclaredDescriptors extends PlannedScenario<DeclaredDescriptorsPlan> {
    static final String SIMULATED = "sluice-simulated";
    static final Metric BOTH = Metric.compared("signal-and-dequeue", "ns");
    static final Metric DEQUEUE = Metric.compared("dequeue", "ns");

    private static final String SELECTOR = "selector";
    private static final String EPOLL = "epoll";
    private static final String SELECT = "select";
    private static final double LARGEST_TO_SMALLEST_AT_MOST = 1.25;

    /** For the command line. */
    public DeclaredDescriptors() {
        super(
                "declared-descriptors",
                "One signal-and-dequeue with 64 active descriptors among 1,000 to 15,000 real and 1,000,000 simulated"
                        + " ones, beside java.nio Selector, epoll and select(2).",
                DeclaredDescriptorsPlan::quick,
                3,
                DeclaredDescriptorsPlan::full,
                10);
    }

    @Override
    public List<String> missing() {
        return Requirements.missingPrograms("taskset", "gcc");
    }

    @Override
    Result run(RunSettings settings, DeclaredDescriptorsPlan plan) throws IOException {
        final Instant startedAt = Instant.now();
        final List<String> names =
                settings.select(List.of(SluiceServer.NAME, SIMULATED, SELECTOR, EPOLL, SELECT), name -> name);
        final Measurements measurements = new Measurements();
        try (Teardown teardown = settings.teardown().nested()) {
            final Path program =
                    Fork.compile("descriptors.c", settings.workDirectory().resolve(name()));
            for (int run = 0; run < plan.repeat(); run++) {
                settings.progress().accept("run " + (run + 1) + " of " + plan.repeat());
                for (String name : names) {
                    for (int declared : points(name, plan)) {
                        final List<String> arguments = List.of(
                                name,
                                Integer.toString(declared),
                                Integer.toString(plan.active()),
                                Long.toString(plan.warmUpMs()),
                                Long.toString(plan.windowMs()));
                        add(settings, measurements, name, declared, fork(settings, teardown, program, arguments));
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
                List.of(
                        curve("cost", "signal and dequeue of one event", BOTH, names, plan, measurements),
                        curve("dequeue", "dequeue of one event", DEQUEUE, names, plan, measurements)));
    }

    private static List<Integer> points(String name, DeclaredDescriptorsPlan plan) {
        return name.equals(SIMULATED) ? plan.simulated() : plan.real();
    }

    private static Map<String, Double> fork(
            RunSettings settings, Teardown teardown, Path program, List<String> arguments) throws IOException {
        if (!List.of(EPOLL, SELECT).contains(arguments.get(0))) {
            return Fork.java(teardown, settings.java(), DescriptorsFork.class, arguments);
        }
        final List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        return Fork.run(teardown, command);
    }

    private static void add(
            RunSettings settings, Measurements measurements, String name, int declared, Map<String, Double> figures) {
        measurements.add(name, phase(declared), BOTH, figures.get("signal-and-dequeue"));
        measurements.add(name, phase(declared), DEQUEUE, figures.get("dequeue"));
        settings.progress()
                .accept(String.format(
                        Locale.ROOT,
                        "  %s, %s: %.0f ns, %.0f ns of them the dequeue",
                        name,
                        phase(declared),
                        figures.get("signal-and-dequeue"),
                        figures.get("dequeue")));
    }

    private static String phase(int declared) {
        return String.format(Locale.ROOT, "%,d declared", declared);
    }

    private static List<Verdict> verdicts(List<String> names, DeclaredDescriptorsPlan plan, Measurements measurements) {
        final List<Verdict> verdicts = new ArrayList<>();
        for (String name : List.of(SluiceServer.NAME, SIMULATED)) {
            if (names.contains(name)) {
                final double[] medians = points(name, plan).stream()
                        .mapToDouble(declared -> measurements.median(name, phase(declared), BOTH))
                        .toArray();
                verdicts.add(Verdict.atMost(
                        name,
                        "signal-and-dequeue, the largest over the smallest of its points",
                        DoubleStream.of(medians).max().orElseThrow()
                                / DoubleStream.of(medians).min().orElseThrow(),
                        LARGEST_TO_SMALLEST_AT_MOST));
            }
        }
        return verdicts;
    }

    private static Curve curve(
            String curveName,
            String title,
            Metric metric,
            List<String> names,
            DeclaredDescriptorsPlan plan,
            Measurements measurements) {
        final List<Curve.Series> series = new ArrayList<>();
        for (String name : names) {
            series.add(Curve.Series.of(
                    name,
                    points(name, plan),
                    Integer::doubleValue,
                    declared -> measurements.median(name, phase(declared), metric)));
        }
        return new Curve(
                curveName,
                title + ", " + plan.active() + " active descriptors",
                "declared descriptors",
                "nanoseconds",
                true,
                true,
                series);
    }
}
