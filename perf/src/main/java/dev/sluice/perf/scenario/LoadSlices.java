// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import dev.sluice.perf.load.LoadResult;
import dev.sluice.perf.report.Measurements;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/**
 * What one server showed in the short turns of a run. Rates, shares and CPU are the medians of its turns: a
 * stretch in which the machine was somebody else's falls out. Latencies are those of all turns.
 */
final class LoadSlices {
    private final List<LoadResult> results = new ArrayList<>();
    private final List<Double> cpuUsPerReply = new ArrayList<>();
    private final Histogram latencyNs = new Histogram(3);
    private int busyTurns;

    /** Notes whether the generator had too much to do in a turn, which may be added or not. */
    void countBusy(boolean busy) {
        busyTurns += busy ? 1 : 0;
    }

    int busyTurns() {
        return busyTurns;
    }

    /** No turn has been added. */
    boolean isEmpty() {
        return results.isEmpty();
    }

    /** Adds a turn, the server's CPU time in it, and the replies for which it was spent. */
    void add(LoadResult result, long cpuNs, long replies) {
        if (replies == 0) {
            throw new IllegalStateException("no reply in a turn of " + result.windowNs() / 1_000_000 + " ms");
        }
        results.add(result);
        cpuUsPerReply.add(cpuNs / 1e3 / replies);
        latencyNs.add(result.latencyNs());
    }

    double repliesPerSecond() {
        return median(LoadResult::repliesPerSecond);
    }

    double cpuUsPerReply() {
        return Measurements.median(cpuUsPerReply);
    }

    double busyShare() {
        return median(LoadResult::busyShare);
    }

    double cpuShare() {
        return median(LoadResult::cpuShare);
    }

    Histogram latencyNs() {
        return latencyNs;
    }

    double latencyMs(double percentile) {
        return latencyNs.getValueAtPercentile(percentile) / 1e6;
    }

    private double median(ToDoubleFunction<LoadResult> figure) {
        return Measurements.median(results.stream().mapToDouble(figure).boxed().toList());
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%.0f/s, CPU %.1f us, p99 %.3f ms, generator busy %.2f, %d turns too busy",
                repliesPerSecond(),
                cpuUsPerReply(),
                latencyMs(99),
                busyShare(),
                busyTurns);
    }
}
