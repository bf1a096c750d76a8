// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import dev.sluice.perf.host.Cgroup;
import dev.sluice.perf.host.Cpus;
import dev.sluice.perf.host.Requirements;
import dev.sluice.perf.host.Teardown;
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
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.HdrHistogram.Histogram;

/** What a reply from the page cache costs. */
public final class HotFile extends PlannedScenario<HotFilePlan> {
    private static final String FILE = "hot.bin";
    private static final long SEED = 42;

    /** For the command line. */
    public HotFile() {
        super(
                "hot-file",
                "One 8 KiB file from the page cache to 32 and 1,000 keep-alive connections: replies a second, latency, "
                        + "server CPU per request.",
                HotFilePlan::quick,
                5,
                HotFilePlan::full,
                9);
    }

    @Override
    public List<String> missing() {
        return Requirements.missing("nginx");
    }

    @Override
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

            final List<HotFileServer> servers = new ArrayList<>();
            for (ServerKind kind : kinds) {
                final Cgroup cgroup = teardown.add(
                        Cgroup.create("sluice-perf-" + ProcessHandle.current().pid() + "-" + kind.name()));
                final Path work = settings.workDirectory().resolve(kind.name());
                final ServerProcess server = ServerProcess.start(teardown, kind, root, work, cgroup, Cpus.SERVER);
                BodyCheck.expect(server.address(), "/" + FILE, content);
                servers.add(new HotFileServer(plan, "/" + FILE, cgroup, server));
            }
            for (HotFileServer server : servers) {
                server.warmUp();
            }
            for (int run = 0; run < plan.repeat(); run++) {
                settings.progress().accept("run " + (run + 1) + " of " + plan.repeat());
                for (int connections : plan.connections()) {
                    takeTurns(settings, plan, servers, connections, measurements);
                    for (HotFileServer server : servers) {
                        latencies
                                .computeIfAbsent(server.name(), key -> new LinkedHashMap<>())
                                .merge(connections, server.openLoopLatencyNs(), (all, more) -> {
                                    all.add(more);
                                    return all;
                                });
                    }
                }
                Collections.rotate(servers, -1); // nobody always comes first
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

    /** Each server in turn for a slice of load, again and again: all have the same stretch of the machine. */
    private static void takeTurns(
            RunSettings settings,
            HotFilePlan plan,
            List<HotFileServer> servers,
            int connections,
            Measurements measurements)
            throws IOException {
        try {
            for (HotFileServer server : servers) {
                server.connect(connections);
            }
            for (int slice = 0; slice < plan.slices(); slice++) {
                for (HotFileServer server : servers) {
                    server.closedLoopSlice();
                }
            }
            for (int slice = 0; slice < plan.slices(); slice++) {
                for (HotFileServer server : servers) {
                    server.openLoopSlice();
                }
            }
            for (HotFileServer server : servers) {
                settings.progress().accept(server.report(measurements));
            }
        } finally {
            for (HotFileServer server : servers) {
                server.disconnect();
            }
        }
    }

    /** The floor is left out, and that is said, where it cannot be compiled: the servers are compared all the same. */
    private static List<ServerKind> servers(RunSettings settings) {
        final List<ServerKind> servers = new ArrayList<>(List.of(
                new SluiceServer(settings.serverJar(), settings.java()),
                NginxServer.aioOff(),
                NginxServer.defaults(),
                SluiceServer.opened(settings.serverJar(), settings.java()),
                SluiceServer.kept(settings.serverJar(), settings.java()),
                NginxServer.cached(),
                NginxServer.defaultsCached(),
                NettyServer.epoll(settings.java()),
                NettyServer.ioUring(settings.java())));
        final Optional<String> missing = BareResponder.missing();
        if (missing.isEmpty()) {
            servers.add(new BareResponder());
        } else {
            settings.progress().accept("without " + BareResponder.NAME + ": " + missing.get());
        }
        return servers;
    }
}
