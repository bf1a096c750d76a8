package dev.sluice.perf.scenario;

import dev.sluice.perf.host.Cgroup;
import dev.sluice.perf.host.Cpus;
import dev.sluice.perf.host.Requirements;
import dev.sluice.perf.host.Teardown;
import dev.sluice.perf.load.FixedRequest;
import dev.sluice.perf.load.LoadGenerator;
import dev.sluice.perf.load.LoadResult;
import dev.sluice.perf.peers.BareResponder;
import dev.sluice.perf.peers.NettyServer;
import dev.sluice.perf.peers.NginxServer;
import dev.sluice.perf.peers.ServerKind;
import dev.sluice.perf.peers.ServerProcess;
import dev.sluice.perf.peers.SluiceServer;
import dev.sluice.perf.report.Measurements;
import dev.sluice.perf.report.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.HdrHistogram.Histogram;

/** What a reply from the page cache costs. */
public final class HotFile implements Scenario {
    private static final int FULL_REPEAT = 15;
    private static final int QUICK_REPEAT = 5;
    private static final String FILE = "hot.bin";
    private static final long SEED = 42;

    /** For the command line. */
    public HotFile() {}

    @Override
    public String name() {
        return "hot-file";
    }

    @Override
    public String description() {
        return "One 8 KiB file from the page cache to 32 and 1,000 keep-alive connections: replies a second, latency, "
                + "server CPU per request.";
    }

    @Override
    public List<String> missing() {
        return Requirements.missing("nginx");
    }

    @Override
    public Result run(RunSettings settings) throws IOException {
        return run(
                settings,
                settings.quick()
                        ? HotFilePlan.quick(settings.repeat().orElse(QUICK_REPEAT))
                        : HotFilePlan.full(settings.repeat().orElse(FULL_REPEAT)));
    }

    Result run(RunSettings settings, HotFilePlan plan) throws IOException {
        final Instant startedAt = Instant.now();
        final List<ServerKind> kinds = settings.select(servers(settings));
        final Measurements measurements = new Measurements();
        final Map<String, Map<Integer, Histogram>> latencies = new LinkedHashMap<>();
        try (Teardown teardown = settings.teardown().nested()) {
            final byte[] content = new byte[plan.fileBytes()];
            new Random(SEED).nextBytes(content);
            final Path root = Files.createDirectories(settings.workDirectory().resolve("hot"));
            Files.write(root.resolve(FILE), content);

            final List<Candidate> candidates = new ArrayList<>();
            for (ServerKind kind : kinds) {
                final Cgroup cgroup = teardown.add(
                        Cgroup.create("sluice-perf-" + ProcessHandle.current().pid() + "-" + kind.name()));
                final Path work = settings.workDirectory().resolve(kind.name());
                final ServerProcess server = ServerProcess.start(teardown, kind, root, work, cgroup, Cpus.SERVER);
                BodyCheck.expect(server.address(), "/" + FILE, content);
                candidates.add(new Candidate(settings, plan, measurements, cgroup, server));
            }
            for (Candidate candidate : candidates) {
                candidate.warmUp();
            }
            for (int run = 0; run < plan.repeat(); run++) {
                settings.progress().accept("run " + (run + 1) + " of " + plan.repeat());
                for (int connections : plan.connections()) {
                    for (Candidate candidate : candidates) {
                        final Histogram latency = candidate.measure(connections);
                        latencies
                                .computeIfAbsent(candidate.name, key -> new LinkedHashMap<>())
                                .merge(connections, latency, (all, more) -> {
                                    all.add(more);
                                    return all;
                                });
                    }
                }
                Collections.rotate(candidates, -1); // nobody always comes first
            }
        }
        final List<String> names = kinds.stream().map(ServerKind::name).toList();
        final Map<String, String> chosen = plan.describe();
        chosen.put("peers", NginxServer.version() + ", " + NettyServer.version());
        if (names.contains(BareResponder.NAME)) {
            chosen.put(BareResponder.NAME, BareResponder.TITLE);
        }
        return settings.result(
                this,
                startedAt,
                chosen,
                names,
                measurements,
                HotFileReport.verdicts(plan, names, measurements),
                HotFileReport.curves(plan, latencies));
    }

    /** The floor is left out, and that is said, where it cannot be compiled: the servers are compared all the same. */
    private static List<ServerKind> servers(RunSettings settings) {
        final List<ServerKind> servers = new ArrayList<>(List.of(
                new SluiceServer(settings.serverJar(), settings.java()),
                NginxServer.aioOff(),
                SluiceServer.cached(settings.serverJar(), settings.java()),
                NginxServer.cached(),
                new NettyServer(settings.java())));
        final Optional<String> missing = BareResponder.missing();
        if (missing.isEmpty()) {
            servers.add(new BareResponder());
        } else {
            settings.progress().accept("without " + BareResponder.NAME + ": " + missing.get());
        }
        return servers;
    }

    /** A server that waits for its turns. */
    private static final class Candidate {
        private final RunSettings settings;
        private final HotFilePlan plan;
        private final Measurements measurements;
        private final Cgroup cgroup;
        private final ServerProcess server;
        private final String name;

        Candidate(
                RunSettings settings,
                HotFilePlan plan,
                Measurements measurements,
                Cgroup cgroup,
                ServerProcess server) {
            this.settings = settings;
            this.plan = plan;
            this.measurements = measurements;
            this.cgroup = cgroup;
            this.server = server;
            this.name = server.kind().name();
        }

        private LoadGenerator connect(int connections) throws IOException {
            return LoadGenerator.connect(
                    server.address(),
                    connections,
                    new FixedRequest("/" + FILE, plan.fileBytes()),
                    LoadGenerator.Waiting.SPIN);
        }

        void warmUp() throws IOException {
            for (int connections : plan.connections()) {
                try (LoadGenerator load = connect(connections)) {
                    final double rate = WarmUp.untilStable(load, plan.sliceNs(), plan.warmUpSlices());
                    load.openLoop(plan.offeredShare() * rate, 0, plan.sliceNs());
                }
            }
        }

        /** Returns the latencies of the open loop. */
        Histogram measure(int connections) throws IOException {
            try (LoadGenerator load = connect(connections)) {
                load.closedLoop(0, plan.settleNs());
                final long closedFromNs = cgroup.cpuNs();
                final long closedReplies = load.replies();
                final LoadResult closed = load.closedLoop(0, plan.windowNs());
                final String closedPhase = HotFileReport.closedLoop(connections);
                add(closedPhase, closed, closedFromNs, load.replies() - closedReplies);

                final double rate = plan.offeredShare() * closed.repliesPerSecond();
                load.openLoop(rate, 0, plan.settleNs());
                final long openFromNs = cgroup.cpuNs();
                final long openReplies = load.replies();
                final LoadResult open = load.openLoop(rate, 0, plan.windowNs());
                add(HotFileReport.openLoop(connections), open, openFromNs, load.replies() - openReplies);
                return open.latencyNs();
            }
        }

        private void add(String phase, LoadResult result, long cpuFromNs, long replies) throws IOException {
            final double cpuUs = (cgroup.cpuNs() - cpuFromNs) / 1e3 / replies;
            measurements.add(name, phase, HotFileReport.REPLIES, result.repliesPerSecond());
            measurements.add(name, phase, HotFileReport.CPU, cpuUs);
            measurements.add(name, phase, HotFileReport.P50, result.latencyMs(50));
            measurements.add(name, phase, HotFileReport.P99, result.latencyMs(99));
            measurements.add(name, phase, HotFileReport.MAX, result.latencyMs(100));
            measurements.add(name, phase, HotFileReport.BUSY, result.busyShare());
            measurements.add(name, phase, HotFileReport.ON_CPU, result.cpuShare());
            settings.progress()
                    .accept(String.format(
                            Locale.ROOT,
                            "  %s, %s: %.0f/s, CPU %.1f us, p99 %.3f ms, generator busy %.2f",
                            name,
                            phase,
                            result.repliesPerSecond(),
                            cpuUs,
                            result.latencyMs(99),
                            result.busyShare()));
        }
    }
}
