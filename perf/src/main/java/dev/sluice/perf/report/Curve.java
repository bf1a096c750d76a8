// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.report;

import java.util.List;
import java.util.function.Function;

/**
 * One plot.
 *
 * @param name part of its file name
 * @param title above the plot
 * @param xLabel below
 * @param yLabel beside
 * @param xLogarithmic whether the horizontal axis is
 * @param yLogarithmic whether the vertical axis is
 * @param series one line each
 */
public record Curve(
        String name,
        String title,
        String xLabel,
        String yLabel,
        boolean xLogarithmic,
        boolean yLogarithmic,
        List<Series> series) {

    /**
     * One line of a plot.
     *
     * @param name in the legend
     * @param x where, growing
     * @param y how much, as many values as {@code x}; above 0 on a logarithmic axis
     */
    public record Series(String name, List<Double> x, List<Double> y) {

        /**
         * A line through points.
         *
         * @param name in the legend
         * @param points in the order of {@code x}
         * @param x where each is
         * @param y how much is there
         * @param <T> their type
         * @return the line
         */
        public static <T> Series of(String name, List<T> points, Function<T, Double> x, Function<T, Double> y) {
            return new Series(
                    name,
                    points.stream().map(x).toList(),
                    points.stream().map(y).toList());
        }
    }
}
