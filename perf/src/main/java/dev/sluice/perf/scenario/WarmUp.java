// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import dev.sluice.perf.load.LoadGenerator;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;

/** Load until a server's throughput no longer changes: a JVM compiles, caches fill. */
final class WarmUp {
    private static final int STABLE_SLICES = 3;
    private static final double STABLE_SPREAD = 0.04;

    private WarmUp() {}

    /**
     * Runs slices of closed-loop load until the last three are alike, at most {@code maxSlices}.
     *
     * @return replies a second in the last slice
     */
    static double untilStable(LoadGenerator load, long sliceNs, int maxSlices) throws IOException {
        final Deque<Double> last = new ArrayDeque<>();
        for (int slice = 0; slice < maxSlices; slice++) {
            last.addLast(load.closedLoop(0, sliceNs).repliesPerSecond());
            if (last.size() > STABLE_SLICES) {
                last.removeFirst();
            }
            if (last.size() == STABLE_SLICES
                    && Collections.max(last) - Collections.min(last) <= STABLE_SPREAD * Collections.max(last)) {
                break;
            }
        }
        return last.getLast();
    }
}
