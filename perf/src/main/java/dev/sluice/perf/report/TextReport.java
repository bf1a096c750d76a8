// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A {@link Result} for the eye. */
public final class TextReport {
    private final Result result;
    private final StringBuilder text = new StringBuilder();

    private TextReport(Result result) {
        this.result = result;
    }

    /**
     * Writes a result down.
     *
     * @param result any result
     * @return text whose tables are Markdown
     */
    public static String render(Result result) {
        final TextReport report = new TextReport(result);
        report.head();
        report.values();
        report.ratios();
        report.verdicts();
        return report.text.toString();
    }

    private void head() {
        line("# " + result.scenario());
        line("");
        line(result.description());
        line("");
        line("    " + result.command());
        line("");
        line("version  " + result.version() + ", " + result.startedAt());
        line("machine  " + result.machine().cpuModel() + ", " + result.machine().cpus() + " CPUs (governor "
                + result.machine().governor() + "), " + result.machine().memoryMiB() + " MiB");
        line("system   " + result.machine().distribution() + "; "
                + result.machine().kernel());
        line("JDK      " + result.machine().jdk());
        result.settings().forEach((name, value) -> line(String.format(Locale.ROOT, "%-8s %s", name, value)));
        line("");
    }

    private void values() {
        final Set<Metric> metrics = new LinkedHashSet<>();
        final Map<List<String>, Map<Metric, Measurement>> rows = new LinkedHashMap<>();
        for (Measurement measurement : result.measurements()) {
            metrics.add(measurement.metric());
            rows.computeIfAbsent(List.of(measurement.phase(), measurement.server()), key -> new LinkedHashMap<>())
                    .put(measurement.metric(), measurement);
        }
        final List<String> head = new ArrayList<>(List.of("phase", "server"));
        metrics.forEach(metric -> head.add(metric.label()));
        final TextTable table = new TextTable(2, head);
        boolean spread = false;
        for (Map.Entry<List<String>, Map<Metric, Measurement>> row : rows.entrySet()) {
            final List<String> medians = new ArrayList<>(row.getKey());
            final List<String> ranges = new ArrayList<>(List.of("", ""));
            for (Metric metric : metrics) {
                final Measurement measurement = row.getValue().get(metric);
                medians.add(measurement == null ? "" : TextTable.number(measurement.median()));
                ranges.add(measurement == null ? "" : range(measurement));
            }
            table.row(medians);
            if (ranges.stream().anyMatch(cell -> !cell.isEmpty())) {
                table.row(ranges);
                spread = true;
            }
        }
        line("Medians of the runs" + (spread ? ", and below each its lowest and highest run:" : ":"));
        line("");
        line(table.render());
    }

    private static String range(Measurement measurement) {
        return measurement.runs().size() == 1 ? "" : range(measurement.min(), measurement.max());
    }

    private static String range(double min, double max) {
        return TextTable.number(min) + ".." + TextTable.number(max);
    }

    private static String spread(double median, double min, double max) {
        return TextTable.number(median) + (min == max ? "" : " (" + range(min, max) + ")");
    }

    private void ratios() {
        final Set<String> peers = new LinkedHashSet<>();
        result.measurements()
                .forEach(measurement -> peers.addAll(measurement.ratioToPeers().keySet()));
        if (peers.isEmpty()) {
            return;
        }
        final List<String> head = new ArrayList<>(List.of("phase", "metric"));
        peers.forEach(peer -> head.add("to " + peer));
        final TextTable table = new TextTable(2, head);
        for (Measurement measurement : result.measurements()) {
            if (!measurement.ratioToPeers().isEmpty()) {
                final List<String> row = new ArrayList<>(
                        List.of(measurement.phase(), measurement.metric().label()));
                for (String peer : peers) {
                    final Ratio ratio = measurement.ratioToPeers().get(peer);
                    row.add(ratio == null ? "" : spread(ratio.median(), ratio.min(), ratio.max()));
                }
                table.row(row);
            }
        }
        line("Ratio of " + result.subject() + " to each peer within a run: its median, lowest and highest:");
        line("");
        line(table.render());
    }

    private void verdicts() {
        if (result.verdicts().isEmpty()) {
            return;
        }
        final TextTable table = new TextTable(2, List.of("phase", "criterion", "measured", "bound", "holds"));
        for (Verdict verdict : result.verdicts()) {
            table.row(List.of(
                    verdict.phase(),
                    verdict.criterion(),
                    spread(verdict.measured(), verdict.min(), verdict.max()),
                    TextTable.number(verdict.bound()),
                    verdict.holds() ? "yes" : "NO"));
        }
        final long missed =
                result.verdicts().stream().filter(verdict -> !verdict.holds()).count();
        line("What " + result.subject() + " must show: "
                + (missed == 0
                        ? "all of it holds."
                        : missed + " of " + result.verdicts().size() + " not reached."));
        line("");
        line(table.render());
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
