// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import java.util.Locale;

/** What a fork prints. */
final class Figures {
    private Figures() {}

    static void print(String name, double value) {
        System.out.printf(Locale.ROOT, "%s %.3f%n", name, value);
    }
}
