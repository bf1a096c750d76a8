// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import java.util.List;

/** The line {@code intercept + slope * x} with the least sum of squares to some points. */
record LineFit(double intercept, double slope) {

    /** Of at least two points with different {@code x}. */
    static LineFit of(List<Double> x, List<Double> y) {
        final double meanX = mean(x);
        final double meanY = mean(y);
        double products = 0;
        double squares = 0;
        for (int i = 0; i < x.size(); i++) {
            products += (x.get(i) - meanX) * (y.get(i) - meanY);
            squares += (x.get(i) - meanX) * (x.get(i) - meanX);
        }
        final double slope = products / squares;
        return new LineFit(meanY - slope * meanX, slope);
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }
}
