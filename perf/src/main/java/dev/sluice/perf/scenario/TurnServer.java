// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import dev.sluice.perf.host.Cgroup;
import dev.sluice.perf.host.Cpus;
import dev.sluice.perf.host.Network;
import dev.sluice.perf.host.Teardown;
import dev.sluice.perf.load.LoadGenerator;
import dev.sluice.perf.load.LoadResult;
import dev.sluice.perf.load.RequestSource;
import dev.sluice.perf.peers.ServerKind;
import dev.sluice.perf.peers.ServerProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** A running server that waits for its turns of {@link LoadTurns}. */
final class TurnServer {
    /** Above it the generator measures itself. */
    static final double BUSY_AT_MOST = 0.9;

    private static final int TURNS_A_ROUND = 5;
    private static final int ALIKE_ROUNDS = 2;
    private static final double STILL_FALLING = 0.97;

    /** What a server is asked for; used by the thread of the load. */
    interface Requests extends RequestSource {
        /** All servers begin the same turn at the same request, whatever they did in the one before. */
        void beginTurn(int turn);
    }

    private final TurnPlan plan;
    private final Cgroup cgroup;
    private final ServerProcess server;

    /** Null before it is known what to ask for. */
    private Requests requests;

    /** Null between the runs. */
    private LoadGenerator load;

    private LoadSlices closed;
    private Map<Integer, LoadSlices> openByPercent;
    private int turn;

    private TurnServer(TurnPlan plan, Cgroup cgroup, ServerProcess server) {
        this.plan = plan;
        this.cgroup = cgroup;
        this.server = server;
    }

    /** Starts it in a control group of its own, on its CPU. */
    static TurnServer start(
            Teardown teardown, TurnPlan plan, ServerKind kind, Path root, Path workDirectory, Network network)
            throws IOException {
        final Cgroup cgroup = teardown.add(
                Cgroup.create("sluice-perf-" + ProcessHandle.current().pid() + "-" + kind.name()));
        final ServerProcess server = ServerProcess.start(
                teardown, kind, root, workDirectory.resolve(kind.name()), cgroup, network, Cpus.SERVER);
        return new TurnServer(plan, cgroup, server);
    }

    String name() {
        return server.kind().name();
    }

    InetSocketAddress address() {
        return server.address();
    }

    double residentMiB() throws IOException {
        return server.residentBytes() / (double) (1 << 20);
    }

    void askFor(Requests toAsk) {
        requests = toAsk;
    }

    /**
     * Load until a request no longer takes less CPU: what a JVM compiles is compiled on the server's CPU, for many seconds where somebody else has
     * that, too, and a throughput that stays the same for a while says nothing of it.
     */
    void warmUp(int connections) throws IOException {
        requests.beginTurn(0);
        try (LoadGenerator warming = generator(connections)) {
            double leastUs = Double.MAX_VALUE;
            int alike = 0;
            for (int round = 0; round < plan.warmUpRounds() && alike < ALIKE_ROUNDS; round++) {
                final LoadSlices slices = new LoadSlices();
                for (int turnOfRound = 0; turnOfRound < TURNS_A_ROUND; turnOfRound++) {
                    final long cpuFromNs = cgroup.cpuNs();
                    final long repliesFrom = warming.replies();
                    final LoadResult result = warming.closedLoop(0, plan.warmUpTurnNs());
                    slices.add(result, cgroup.cpuNs() - cpuFromNs, warming.replies() - repliesFrom);
                }
                alike = slices.cpuUsPerReply() > STILL_FALLING * leastUs ? alike + 1 : 0;
                leastUs = Math.min(leastUs, slices.cpuUsPerReply());
            }
        }
    }

    private LoadGenerator generator(int connections) throws IOException {
        return LoadGenerator.connect(server.address(), connections, requests, LoadGenerator.Waiting.SPIN);
    }

    /** Begins a run. */
    void connect(int connections) throws IOException {
        closed = new LoadSlices();
        openByPercent = new LinkedHashMap<>();
        turn = 0;
        requests.beginTurn(turn);
        load = generator(connections);
        load.closedLoop(0, plan.turnNs());
    }

    void closedLoopTurn() throws IOException {
        requests.beginTurn(turn++);
        final long cpuFromNs = cgroup.cpuNs();
        final long repliesFrom = load.replies();
        final LoadResult result = load.closedLoop(0, plan.turnNs());
        closed.countBusy(result.busyShare() > BUSY_AT_MOST);
        closed.add(result, cgroup.cpuNs() - cpuFromNs, load.replies() - repliesFrom);
    }

    /** One in which the generator had too much to do is thrown away. */
    void openLoopTurn(int percent, double ratePerSecond) throws IOException {
        requests.beginTurn(turn++);
        final LoadSlices open = openByPercent.computeIfAbsent(percent, key -> new LoadSlices());
        final long cpuFromNs = cgroup.cpuNs();
        final long repliesFrom = load.replies();
        final LoadResult result = load.openLoop(ratePerSecond, 0, plan.turnNs());
        final boolean busy = result.busyShare() > BUSY_AT_MOST;
        open.countBusy(busy);
        if (!busy) {
            open.add(result, cgroup.cpuNs() - cpuFromNs, load.replies() - repliesFrom);
        }
    }

    LoadSlices closed() {
        return closed;
    }

    LoadSlices open(int percent) {
        return openByPercent.get(percent);
    }

    Histogram openLatencyNs(int percent) {
        return open(percent).latencyNs();
    }

    void disconnect() throws IOException {
        if (load != null) {
            load.close();
            load = null;
        }
    }
}
