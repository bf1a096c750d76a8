// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.perf.host.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {
    private static final Metric RATE = Metric.compared("replies", "1/s");
    private static final Metric P99 = Metric.compared("p99", "ms");

    @TempDir
    Path directory;

    @Test
    void shouldComeBackFromJsonUnchanged() throws IOException {
        final Result result = result();

        Results.write(result, directory);

        assertThat(Results.read(directory.resolve("demo.json"))).isEqualTo(result);
    }

    @Test
    void shouldRenderTheSameTextAndPlotsAgainFromJson() throws IOException {
        final String text = Results.write(result(), directory);
        final byte[] plot = Files.readAllBytes(directory.resolve("demo-p99.png"));
        Files.delete(directory.resolve("demo.txt"));
        Files.delete(directory.resolve("demo-p99.png"));

        assertThat(Results.renderAll(directory)).containsExactly(text);

        assertThat(directory.resolve("demo.txt")).hasContent(text);
        assertThat(Files.readAllBytes(directory.resolve("demo-p99.png"))).isEqualTo(plot);
        assertThat(plot).startsWith(0x89, 'P', 'N', 'G').hasSizeGreaterThan(5000);
    }

    @Test
    void shouldShowMedianRangeRatioAndVerdict() throws IOException {
        final String text = TextReport.render(result());

        assertThat(text)
                .contains("| alone | sluice |          3000 |")
                .contains("1000..4000")
                .contains("Ratio of sluice to each peer within a run: its median, lowest and highest:")
                .contains("| alone | replies [1/s] | 1.50 (0.500..2.00) |")
                .containsPattern("replies over nginx's +\\| 1.50 \\(0.500..2.00\\) \\| +1.00 \\| +yes")
                .contains("1 of 3 not reached")
                .contains("What sluice must show");
    }

    @Test
    void shouldTakeTheMiddleOrTheMeanOfTheTwoThere() {
        assertThat(Measurements.median(List.of(5.0, 1.0, 3.0))).isEqualTo(3.0);
        assertThat(Measurements.median(List.of(4.0, 1.0, 3.0, 100.0))).isEqualTo(3.5);
    }

    @Test
    void shouldGiveRatiosToTheSubjectOnly() {
        final List<Measurement> summary = measurements().summary(List.of("sluice", "nginx"), "sluice");

        assertThat(summary).extracting(Measurement::server).containsExactly("sluice", "sluice", "nginx");
        assertThat(summary.get(0).ratioToPeers()).isEqualTo(Map.of("nginx", new Ratio(1.5, 0.5, 2.0)));
        assertThat(summary.get(1).ratioToPeers()).as("nginx has no p99").isEmpty();
        assertThat(summary.get(2).ratioToPeers()).isEmpty();
    }

    /** A machine that halves its speed for one run: the medians, 20 and 20, would say that both are the same. */
    @Test
    void shouldTakeTheRatioWithinEachRun() {
        final Measurements measurements = new Measurements();
        List.of(10.0, 20.0, 21.0).forEach(us -> measurements.add("sluice", "alone", P99, us));
        List.of(20.0, 40.0, 20.0).forEach(us -> measurements.add("nginx", "alone", P99, us));

        assertThat(measurements.ratio("sluice", "nginx", "alone", P99)).isEqualTo(new Ratio(0.5, 0.5, 1.05));
    }

    @Test
    void shouldGiveNoRatioToARunOfZero() {
        final Measurements measurements = new Measurements();
        List.of(1.0, 2.0).forEach(value -> measurements.add("sluice", "alone", RATE, value));
        List.of(1.0, 0.0).forEach(value -> measurements.add("nginx", "alone", RATE, value));

        assertThat(measurements
                        .summary(List.of("sluice", "nginx"), "sluice")
                        .get(0)
                        .ratioToPeers())
                .isEmpty();
    }

    @Test
    void shouldRefuseARatioOfRunsThatWereNotShared() {
        final Measurements measurements = new Measurements();
        List.of(1.0, 2.0).forEach(value -> measurements.add("sluice", "alone", RATE, value));
        measurements.add("nginx", "alone", RATE, 1);

        assertThatThrownBy(() -> measurements.ratio("sluice", "nginx", "alone", RATE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 runs have no ratio to 1");
    }

    @Test
    void shouldRefuseWhatIsNoNumber() {
        assertThatThrownBy(() -> new Measurements().add("sluice", "alone", RATE, 0.0 / 0.0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sluice, alone, replies: NaN");
    }

    @Test
    void shouldSayThatADirectoryHasNoResult() {
        assertThatThrownBy(() -> Results.renderAll(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no result");
    }

    private static Measurements measurements() {
        final Histogram latencyNs = new Histogram(100, 1_000_000_000L, 3);
        for (int i = 1; i <= 100; i++) {
            latencyNs.recordValue(i * 1_000_000L);
        }
        final Measurements measurements = new Measurements();
        measurements.add("sluice", "alone", RATE, 1000);
        measurements.add("sluice", "alone", RATE, 4000);
        measurements.add("sluice", "alone", RATE, 3000);
        measurements.add("nginx", "alone", RATE, 2000);
        measurements.add("nginx", "alone", RATE, 2000);
        measurements.add("nginx", "alone", RATE, 2000);
        measurements.add("sluice", "alone", P99, latencyNs.getValueAtPercentile(99) / 1e6);
        return measurements;
    }

    private static Result result() throws IOException {
        final List<String> servers = List.of("sluice", "nginx");
        return new Result(
                "demo",
                "What a report looks like.",
                "1.2.3",
                "2026-01-01T00:00:00Z",
                "java -jar perf/target/sluice-perf.jar run demo",
                Machine.current(),
                Map.of("runs", "3"),
                "sluice",
                servers,
                measurements().summary(servers, "sluice"),
                List.of(
                        Verdict.atLeast("alone", "replies [1/s]", 3000, 2500),
                        Verdict.atLeast(
                                "alone",
                                "replies over nginx's",
                                measurements().ratio("sluice", "nginx", "alone", RATE),
                                1),
                        Verdict.atMost("alone", "p99 [ms]", 99, 50)),
                List.of(new Curve(
                        "p99",
                        "p99 over connections",
                        "connections",
                        "p99 [ms]",
                        false,
                        true,
                        List.of(
                                new Curve.Series("sluice", List.of(0.0, 16.0, 64.0), List.of(0.5, 0.6, 0.7)),
                                new Curve.Series("nginx", List.of(0.0, 16.0, 64.0), List.of(0.5, 100.0, 2500.0))))));
    }
}
