// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import dev.sluice.perf.fork.Fork;
import dev.sluice.perf.fork.ReadsFork;
import dev.sluice.perf.host.Commands;
import dev.sluice.perf.host.Requirements;
import dev.sluice.perf.host.Teardown;
import dev.sluice.perf.peers.Fio;
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
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Random reads of what no cache has. */
public final class RandomReads extends PlannedScenario<RandomReadsPlan> {
    static final Metric IOPS = Metric.compared("reads", "1/s");
    static final Metric CPU = Metric.compared("CPU per read", "us");
    static final Metric P50 = Metric.compared("p50", "us");
    static final Metric P99 = Metric.compared("p99", "us");

    static final String FILE_CHANNEL = "file-channel";
    static final String ASYNC_FILE_CHANNEL = "async-file-channel";
    static final String VIRTUAL_THREADS = "virtual-threads";
    static final String FIO = "fio";

    private static final int VIRTUAL_THREADS_SINCE = 21;
    private static final RandomReadsPlan.Point JUDGED = new RandomReadsPlan.Point(true, 16 * 1024, 32);
    private static final double IOPS_TO_FIO_AT_LEAST = 0.95;
    private static final double IOPS_TO_FILE_CHANNEL_AT_LEAST = 2.5;
    private static final double IOPS_TO_ASYNC_AT_LEAST = 1.0;
    private static final double CPU_TO_ASYNC_AT_MOST = 0.5;

    /** For the command line. */
    public RandomReads() {
        super(
                "random-reads",
                "Random cold reads of 4, 16 and 64 KiB, direct and buffered, 1, 8 and 32 at a time, beside FileChannel,"
                        + " AsynchronousFileChannel, virtual threads and fio.",
                RandomReadsPlan::quick,
                2,
                RandomReadsPlan::full,
                3);
    }

    @Override
    public List<String> missing() {
        return Requirements.missingPrograms("taskset");
    }

    @Override
    Result run(RunSettings settings, RandomReadsPlan plan) throws IOException {
        final Instant startedAt = Instant.now();
        final Map<String, String> chosen = plan.describe();
        final List<String> names = settings.select(available(settings, chosen), name -> name);
        final Measurements measurements = new Measurements();
        try (Teardown teardown = settings.teardown().nested()) {
            settings.progress().accept("writing the file");
            final ColdFile file = teardown.add(ColdFile.write(
                    Files.createDirectories(settings.workDirectory()).resolve("random-reads.bin"), plan.fileBytes()));
            final List<String> order = new ArrayList<>(names);
            for (int run = 0; run < plan.repeat(); run++) {
                settings.progress().accept("run " + (run + 1) + " of " + plan.repeat());
                for (RandomReadsPlan.Point point : plan.points()) {
                    for (String name : order) {
                        file.makeCold();
                        final Map<String, Double> figures = measure(settings, teardown, plan, file.path(), name, point);
                        add(settings, measurements, name, point.phase(), figures);
                    }
                }
                Collections.rotate(order, -1); // nobody always comes first
            }
        }
        return settings.result(
                this,
                startedAt,
                chosen,
                names,
                measurements,
                verdicts(names, plan, measurements),
                curves(names, plan, measurements));
    }

    /** Those that this machine has; what it lacks is said, and stands in the report. */
    private static List<String> available(RunSettings settings, Map<String, String> chosen) throws IOException {
        final List<String> names =
                new ArrayList<>(List.of(SluiceServer.NAME, FILE_CHANNEL, ASYNC_FILE_CHANNEL, VIRTUAL_THREADS, FIO));
        final int feature = javaFeature(settings.java21());
        if (feature < VIRTUAL_THREADS_SINCE) {
            without(settings, chosen, names, VIRTUAL_THREADS, "they need JDK 21, --java21 names JDK " + feature);
        } else {
            chosen.put(VIRTUAL_THREADS, "on JDK " + feature);
        }
        if (Commands.find(FIO).isEmpty()) {
            without(settings, chosen, names, FIO, "fio is not installed");
        } else {
            chosen.put(FIO, Fio.version());
        }
        return names;
    }

    private static void without(
            RunSettings settings, Map<String, String> chosen, List<String> names, String name, String reason) {
        names.remove(name);
        chosen.put(name, "not measured: " + reason);
        settings.progress().accept("without " + name + ": " + reason);
    }

    /** Of {@code openjdk version "21.0.2" ...}, the second word in quotes. */
    private static int javaFeature(List<String> java) throws IOException {
        final List<String> command = new ArrayList<>(java);
        command.add("-version");
        final String printed = Commands.run(command.toArray(new String[0]));
        final String[] quoted = printed.split("\"", -1);
        if (quoted.length < 2) {
            throw new IOException(String.join(" ", command) + " tells no version: " + printed);
        }
        return Runtime.Version.parse(quoted[1]).feature();
    }

    private static Map<String, Double> measure(
            RunSettings settings,
            Teardown teardown,
            RandomReadsPlan plan,
            Path file,
            String name,
            RandomReadsPlan.Point point)
            throws IOException {
        if (name.equals(FIO)) {
            return Fio.randomReads(
                    file, point.direct(), point.readBytes(), point.depth(), plan.warmUpMs(), plan.windowMs());
        }
        return Fork.java(
                teardown,
                name.equals(VIRTUAL_THREADS) ? settings.java21() : settings.java(),
                ReadsFork.class,
                List.of(
                        name,
                        file.toString(),
                        point.mode(),
                        Integer.toString(point.readBytes()),
                        Integer.toString(point.depth()),
                        Long.toString(plan.warmUpMs()),
                        Long.toString(plan.windowMs())));
    }

    private static void add(
            RunSettings settings, Measurements measurements, String name, String phase, Map<String, Double> figures) {
        measurements.add(name, phase, IOPS, figures.get("iops"));
        measurements.add(name, phase, CPU, figures.get("cpu"));
        measurements.add(name, phase, P50, figures.get("p50"));
        measurements.add(name, phase, P99, figures.get("p99"));
        settings.progress()
                .accept(String.format(
                        Locale.ROOT,
                        "  %s, %s: %.0f/s, CPU %.1f us, p50 %.0f us, p99 %.0f us",
                        name,
                        phase,
                        figures.get("iops"),
                        figures.get("cpu"),
                        figures.get("p50"),
                        figures.get("p99")));
    }

    private static List<Verdict> verdicts(List<String> names, RandomReadsPlan plan, Measurements measurements) {
        final List<Verdict> verdicts = new ArrayList<>();
        if (!names.contains(SluiceServer.NAME) || !plan.points().contains(JUDGED)) {
            return verdicts;
        }
        addIopsFloor(verdicts, names, FIO, IOPS_TO_FIO_AT_LEAST, measurements);
        addIopsFloor(verdicts, names, FILE_CHANNEL, IOPS_TO_FILE_CHANNEL_AT_LEAST, measurements);
        addIopsFloor(verdicts, names, ASYNC_FILE_CHANNEL, IOPS_TO_ASYNC_AT_LEAST, measurements);
        if (names.contains(ASYNC_FILE_CHANNEL)) {
            verdicts.add(Verdict.atMost(
                    JUDGED.phase(),
                    "CPU per read over " + ASYNC_FILE_CHANNEL + "'s in the same run",
                    measurements.ratio(SluiceServer.NAME, ASYNC_FILE_CHANNEL, JUDGED.phase(), CPU),
                    CPU_TO_ASYNC_AT_MOST));
        }
        return verdicts;
    }

    private static void addIopsFloor(
            List<Verdict> verdicts, List<String> names, String peer, double bound, Measurements measurements) {
        if (names.contains(peer)) {
            verdicts.add(Verdict.atLeast(
                    JUDGED.phase(),
                    "reads a second over " + peer + "'s in the same run",
                    measurements.ratio(SluiceServer.NAME, peer, JUDGED.phase(), IOPS),
                    bound));
        }
    }

    /** One for each size, direct and buffered. */
    private static List<Curve> curves(List<String> names, RandomReadsPlan plan, Measurements measurements) {
        final List<Curve> curves = new ArrayList<>();
        for (String kind : plan.points().stream()
                .map(RandomReadsPlan.Point::kind)
                .distinct()
                .toList()) {
            final List<RandomReadsPlan.Point> points = plan.points().stream()
                    .filter(point -> point.kind().equals(kind))
                    .toList();
            final List<Curve.Series> series = new ArrayList<>();
            for (String name : names) {
                series.add(Curve.Series.of(
                        name,
                        points,
                        point -> (double) point.depth(),
                        point -> measurements.median(name, point.phase(), IOPS)));
            }
            curves.add(new Curve(
                    kind.replace(' ', '-').toLowerCase(Locale.ROOT),
                    "random reads, " + kind,
                    "reads at a time",
                    "reads a second",
                    true,
                    false,
                    series));
        }
        return curves;
    }
}
