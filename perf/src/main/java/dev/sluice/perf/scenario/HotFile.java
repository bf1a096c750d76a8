// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import dev.sluice.perf.host.Network;
import dev.sluice.perf.host.Requirements;
import dev.sluice.perf.host.Teardown;
import dev.sluice.perf.load.FixedRequest;
import dev.sluice.perf.load.Request;
import dev.sluice.perf.peers.BareResponder;
import dev.sluice.perf.peers.CaddyServer;
import dev.sluice.perf.peers.H2oServer;
import dev.sluice.perf.peers.JdkServer;
import dev.sluice.perf.peers.NettyServer;
import dev.sluice.perf.peers.NginxServer;
import dev.sluice.perf.peers.ServerKind;
import dev.sluice.perf.peers.SluiceServer;
import dev.sluice.perf.report.Measurements;
import dev.sluice.perf.report.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

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
                3,
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
        final Map<String, String> chosen = plan.describe();
        final List<ServerKind> kinds = settings.select(servers(settings, chosen));
        final List<String> names = kinds.stream().map(ServerKind::name).toList();
        final Measurements measurements = new Measurements();
        final LoadTurns turns = new LoadTurns(settings, plan.turns(), measurements);
        try (Teardown teardown = settings.teardown().nested()) {
            final byte[] content = new byte[plan.fileBytes()];
            new Random(SEED).nextBytes(content);
            final Path root = Files.createDirectories(settings.workDirectory().resolve("hot"));
            Files.write(root.resolve(FILE), content);

            final Network network = settings.network(teardown, chosen);
            final List<TurnServer> servers = new ArrayList<>();
            for (ServerKind kind : kinds) {
                final TurnServer server =
                        TurnServer.start(teardown, plan.turns(), kind, root, settings.workDirectory(), network);
                BodyCheck.expect(server.address(), "/" + FILE, content);
                server.askFor(new HotRequests(new FixedRequest("/" + FILE, plan.fileBytes())));
                servers.add(server);
            }
            for (TurnServer server : servers) {
                for (int connections : plan.connections()) {
                    server.warmUp(connections);
                }
            }
            for (int run = 0; run < plan.turns().repeat(); run++) {
                settings.progress()
                        .accept("run " + (run + 1) + " of " + plan.turns().repeat());
                for (int connections : plan.connections()) {
                    turns.take(servers, connections);
                }
                Collections.rotate(servers, -1); // nobody always comes first
            }
        }
        return settings.result(
                this,
                startedAt,
                chosen,
                names,
                measurements,
                HotFileReport.verdicts(plan, names, measurements),
                turns.curves(names, plan.connections()));
    }

    /** One file, again and again. */
    private record HotRequests(FixedRequest hot) implements TurnServer.Requests {
        @Override
        public void beginTurn(int turn) {}

        @Override
        public boolean next(Request request) {
            return hot.next(request);
        }
    }

    /** Peers that this machine lacks are left out, and that is said: the others are compared all the same. */
    private static List<ServerKind> servers(RunSettings settings, Map<String, String> chosen) throws IOException {
        chosen.put("peers", NginxServer.version() + ", " + NettyServer.version());
        final List<ServerKind> servers = new ArrayList<>(List.of(
                new SluiceServer(settings.serverJar(), settings.java()),
                SluiceServer.opened(settings.serverJar(), settings.java()),
                SluiceServer.kept(settings.serverJar(), settings.java()),
                NginxServer.aioOff(),
                NginxServer.defaults(),
                NginxServer.cached(),
                NginxServer.defaultsCached(),
                NettyServer.epoll(settings.java()),
                NettyServer.ioUring(settings.java())));
        for (ServerKind peer : List.of(
                new CaddyServer(),
                new H2oServer(),
                new JdkServer(settings.java21()),
                BareResponder.opened(),
                BareResponder.kept(),
                BareResponder.memory())) {
            final Optional<String> missing = peer.missing();
            if (missing.isEmpty()) {
                servers.add(peer);
            } else {
                chosen.put(peer.name(), "not measured: " + missing.get());
                settings.progress().accept("without " + peer.name() + ": " + missing.get());
            }
        }
        if (!chosen.containsKey(BareResponder.OPENED)) {
            chosen.put("bare-c*", BareResponder.TITLE);
        }
        return servers;
    }
}
