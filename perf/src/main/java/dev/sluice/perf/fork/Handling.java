// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

/** A handler's work. */
final class Handling {
    private Handling() {}

    /** Keeps the CPU until {@code durationNs} after {@code startNs}. */
    static void until(long startNs, long durationNs) {
        while (System.nanoTime() - startNs < durationNs) {
            Thread.onSpinWait();
        }
    }
}
