// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import java.util.Arrays;
import java.util.Locale;

/** A window cut into slices, so that one disturbed moment does not count. */
final class Slices {
    private Slices() {}

    /** Prints a figure: the median of its slices, which it sorts. */
    static void print(String name, double[] slices) {
        Arrays.sort(slices);
        final int count = slices.length;
        System.out.printf(Locale.ROOT, "%s %.2f%n", name, (slices[(count - 1) / 2] + slices[count / 2]) / 2);
    }
}
