// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A table that reads well as plain text and is Markdown too; the first columns are left-aligned, numbers right. */
final class TextTable {
    private static final double WHOLE = 100;
    private static final double ONE_DECIMAL = 10;
    private static final double TWO_DECIMALS = 1;
    private static final double THREE_DECIMALS = 0.001;

    private final List<List<String>> rows = new ArrayList<>();
    private final int labelColumns;

    TextTable(int labelColumns, List<String> head) {
        this.labelColumns = labelColumns;
        rows.add(List.copyOf(head));
    }

    void row(List<String> cells) {
        if (cells.size() != rows.get(0).size()) {
            throw new IllegalArgumentException(
                    cells.size() + " cells under a head of " + rows.get(0).size());
        }
        rows.add(List.copyOf(cells));
    }

    String render() {
        final int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        final StringBuilder text = new StringBuilder();
        appendRow(text, rows.get(0), widths);
        for (int i = 0; i < widths.length; i++) {
            final String dashes = "-".repeat(widths[i] + 1);
            text.append('|').append(i < labelColumns ? dashes + "-" : dashes + ":");
        }
        text.append("|\n");
        rows.subList(1, rows.size()).forEach(row -> appendRow(text, row, widths));
        return text.toString();
    }

    private void appendRow(StringBuilder text, List<String> row, int[] widths) {
        for (int i = 0; i < widths.length; i++) {
            final String padding = " ".repeat(widths[i] - row.get(i).length());
            text.append("| ")
                    .append(i < labelColumns ? row.get(i) + padding : padding + row.get(i))
                    .append(' ');
        }
        text.append("|\n");
    }

    /** About three significant digits. */
    static String number(double value) {
        final double size = Math.abs(value);
        if (size >= WHOLE || value == 0.0) {
            return String.format(Locale.ROOT, "%.0f", value);
        }
        if (size >= ONE_DECIMAL) {
            return String.format(Locale.ROOT, "%.1f", value);
        }
        if (size >= THREE_DECIMALS) {
            return String.format(Locale.ROOT, size >= TWO_DECIMALS ? "%.2f" : "%.3f", value);
        }
        return String.format(Locale.ROOT, "%.1e", value);
    }
}
