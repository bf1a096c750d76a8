// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.report;

/**
 * Something that is measured.
 *
 * @param name what it is, in reports
 * @param unit its unit; empty for a share or a count
 * @param compared whether the subject's value over a peer's says something
 */
public record Metric(String name, String unit, boolean compared) {

    /**
     * A figure to hold against the peers'.
     *
     * @param name what it is, in reports
     * @param unit its unit; empty for a share or a count
     * @return the metric
     */
    public static Metric compared(String name, String unit) {
        return new Metric(name, unit, true);
    }

    /**
     * A figure about the run itself: what was offered, how the generator fared.
     *
     * @param name what it is, in reports
     * @param unit its unit; empty for a share or a count
     * @return the metric
     */
    public static Metric plain(String name, String unit) {
        return new Metric(name, unit, false);
    }

    /**
     * For the head of a column.
     *
     * @return name, with the unit where there is one
     */
    public String label() {
        return unit.isEmpty() ? name : name + " [" + unit + "]";
    }
}
