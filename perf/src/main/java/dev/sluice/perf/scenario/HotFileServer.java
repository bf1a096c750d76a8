// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import dev.sluice.perf.host.Cgroup;
import dev.sluice.perf.load.FixedRequest;
import dev.sluice.perf.load.LoadGenerator;
import dev.sluice.perf.peers.ServerProcess;
import dev.sluice.perf.report.Measurements;
import java.io.IOException;
import org.HdrHistogram.Histogram;

/** One server of {@link HotFile}, which waits for its turns. */
final class HotFileServer {
    private final HotFilePlan plan;
    private final String path;
    private final Cgroup cgroup;
    private final ServerProcess server;

    /** Null between the runs. */
    private LoadGenerator load;

    private int connections;
    private LoadSlices closed;
    private LoadSlices open;

    HotFileServer(HotFilePlan plan, String path, Cgroup cgroup, ServerProcess server) {
        this.plan = plan;
        this.path = path;
        this.cgroup = cgroup;
        this.server = server;
    }

    String name() {
        return server.kind().name();
    }

    void warmUp() throws IOException {
        for (int each : plan.connections()) {
            try (LoadGenerator warming = generator(each)) {
                final double rate = WarmUp.untilStable(warming, plan.warmUpSliceNs(), plan.warmUpSlices());
                warming.openLoop(plan.offeredShare() * rate, 0, plan.warmUpSliceNs());
            }
        }
    }

    private LoadGenerator generator(int each) throws IOException {
        return LoadGenerator.connect(
                server.address(), each, new FixedRequest(path, plan.fileBytes()), LoadGenerator.Waiting.SPIN);
    }

    /** Begins a run. */
    void connect(int each) throws IOException {
        connections = each;
        closed = new LoadSlices();
        open = new LoadSlices();
        load = generator(each);
        load.closedLoop(0, plan.sliceNs());
    }

    void closedLoopSlice() throws IOException {
        final long cpuFromNs = cgroup.cpuNs();
        final long repliesFrom = load.replies();
        closed.add(load.closedLoop(0, plan.sliceNs()), cgroup.cpuNs() - cpuFromNs, load.replies() - repliesFrom);
    }

    /** At a part of the rate that the closed loop had. */
    void openLoopSlice() throws IOException {
        final double ratePerSecond = plan.offeredShare() * closed.repliesPerSecond();
        final long cpuFromNs = cgroup.cpuNs();
        final long repliesFrom = load.replies();
        open.add(
                load.openLoop(ratePerSecond, 0, plan.sliceNs()),
                cgroup.cpuNs() - cpuFromNs,
                load.replies() - repliesFrom);
    }

    Histogram openLoopLatencyNs() {
        return open.latencyNs();
    }

    /** Adds the run's figures, and returns them as lines for the log. */
    String report(Measurements measurements) {
        return add(measurements, HotFileReport.closedLoop(connections), closed)
                + System.lineSeparator()
                + add(measurements, HotFileReport.openLoop(connections), open);
    }

    private String add(Measurements measurements, String phase, LoadSlices slices) {
        measurements.add(name(), phase, HotFileReport.REPLIES, slices.repliesPerSecond());
        measurements.add(name(), phase, HotFileReport.CPU, slices.cpuUsPerReply());
        measurements.add(name(), phase, HotFileReport.P50, slices.latencyMs(50));
        measurements.add(name(), phase, HotFileReport.P99, slices.latencyMs(99));
        measurements.add(name(), phase, HotFileReport.MAX, slices.latencyMs(100));
        measurements.add(name(), phase, HotFileReport.BUSY, slices.busyShare());
        measurements.add(name(), phase, HotFileReport.ON_CPU, slices.cpuShare());
        return "  " + name() + ", " + phase + ": " + slices;
    }

    void disconnect() throws IOException {
        if (load != null) {
            load.close();
            load = null;
        }
    }
}
