// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.load;

import org.HdrHistogram.Histogram;

/**
 * What one run of a {@link LoadGenerator} saw in its measured window.
 *
 * @param windowNs length of the window
 * @param replies replies that came within the window
 * @param offered requests whose intended time lies in the window; in a closed loop those that were sent in it
 * @param delivered those of the offered requests that were answered within the window
 * @param latencyNs from the intended time to the end of the reply, for every offered request; one that had not even been
 *     sent when the window closed counts with the time it had waited by then
 * @param sendLagNs how late the generator itself was: from the intended time to the write, where a connection was free
 * @param busyShare part of the run in which the generator had something to do; near 1 it measures itself
 * @param cpuShare CPU time of the generator's thread over the run's length; a spinning one that is far below 1 was kept
 *     off its CPU
 */
public record LoadResult(
        long windowNs,
        long replies,
        long offered,
        long delivered,
        Histogram latencyNs,
        Histogram sendLagNs,
        double busyShare,
        double cpuShare) {

    /**
     * Replies per second of the window.
     *
     * @return replies a second
     */
    public double repliesPerSecond() {
        return replies * 1e9 / windowNs;
    }

    /**
     * Part of the offered requests that was answered within the window.
     *
     * @return 0 to 1; 1 where nothing was offered
     */
    public double deliveredShare() {
        return offered == 0 ? 1.0 : (double) delivered / offered;
    }

    /**
     * A percentile of the latency.
     *
     * @param percentile 0 to 100
     * @return milliseconds
     */
    public double latencyMs(double percentile) {
        return latencyNs.getValueAtPercentile(percentile) / 1e6;
    }
}
