// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * One server's values over another's, each divided by the one of the same run. Where a machine has fast and slow
 * stretches both servers of a run had the same, while the medians of the two may come from different ones.
 *
 * @param median the median over the runs
 * @param min the lowest run's
 * @param max the highest run's
 */
public record Ratio(double median, double min, double max) {

    /**
     * Divides run by run.
     *
     * @param values one server's values, in the order of the runs
     * @param others the other's from the same runs, none of them 0
     * @return the ratio
     * @throws IllegalArgumentException if one of them was measured more often
     */
    static Ratio of(List<Double> values, List<Double> others) {
        if (values.size() != others.size()) {
            throw new IllegalArgumentException(values.size() + " runs have no ratio to " + others.size()
                    + ": servers that are compared are measured in every run");
        }
        final List<Double> ratios = new ArrayList<>();
        for (int run = 0; run < values.size(); run++) {
            ratios.add(values.get(run) / others.get(run));
        }
        return new Ratio(Measurements.median(ratios), Collections.min(ratios), Collections.max(ratios));
    }
}
