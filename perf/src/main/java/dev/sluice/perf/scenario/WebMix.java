// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import dev.sluice.perf.host.Network;
import dev.sluice.perf.host.Requirements;
import dev.sluice.perf.host.Teardown;
import dev.sluice.perf.peers.NginxServer;
import dev.sluice.perf.peers.ServerKind;
import dev.sluice.perf.peers.SluiceServer;
import dev.sluice.perf.report.Measurements;
import dev.sluice.perf.report.Metric;
import dev.sluice.perf.report.Result;
import dev.sluice.perf.report.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** What a site of many files costs, as visitors ask for it. */
public final class WebMix extends PlannedScenario<WebMixPlan> {
    static final Metric RESIDENT = Metric.compared("resident", "MiB");
    static final String AFTER = "after the load";

    private static final double TO_CACHED_NGINX_AT_MOST = 0.9;
    /** The hard limit of descriptors is 20,000 on many a machine, and connections need some. */
    private static final int MOST_KEPT_OPEN = 16_384;

    /** For the command line. */
    public WebMix() {
        super(
                "web-mix",
                "20,000 files of 0.5 KiB to 4 MiB by popularity, with conditions, ranges, missing ones and connections"
                        + " that end: replies a second, latency, server CPU per request, memory.",
                WebMixPlan::quick,
                3,
                WebMixPlan::full,
                5);
    }

    @Override
    public List<String> missing() {
        return Requirements.missing("nginx");
    }

    @Override
    Result run(RunSettings settings, WebMixPlan plan) throws IOException {
        final Instant startedAt = Instant.now();
        final Map<String, String> chosen = plan.describe();
        final List<ServerKind> kinds = settings.select(List.of(
                new SluiceServer(settings.serverJar(), settings.java()),
                NginxServer.cached(Math.min(plan.files(), MOST_KEPT_OPEN)),
                NginxServer.aioOff()));
        final List<String> names = kinds.stream().map(ServerKind::name).toList();
        final Measurements measurements = new Measurements();
        final LoadTurns turns = new LoadTurns(settings, plan.turns(), measurements);
        final WebCorpus corpus = new WebCorpus(plan.files(), plan.maxFileBytes());
        chosen.put("files", corpus.describe());
        chosen.put("requests", WebRequests.describe());
        chosen.put("peers", NginxServer.version());
        try (Teardown teardown = settings.teardown().nested()) {
            settings.progress().accept("writing the files");
            final Path root = Files.createDirectories(settings.workDirectory().resolve("web"));
            corpus.write(root);
            final Network network = settings.network(teardown, chosen);
            final List<TurnServer> servers = new ArrayList<>();
            for (ServerKind kind : kinds) {
                final TurnServer server =
                        TurnServer.start(teardown, plan.turns(), kind, root, settings.workDirectory(), network);
                settings.progress().accept("looking at every file of " + server.name());
                server.askFor(new WebRequests(corpus, entityTags(server, corpus)));
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
                for (TurnServer server : servers) {
                    measurements.add(server.name(), AFTER, RESIDENT, server.residentMiB());
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
                verdicts(plan, names, measurements),
                turns.curves(names, plan.connections()));
    }

    /** Every body is compared, and the tag that came with it is what a visitor has kept. */
    private static List<String> entityTags(TurnServer server, WebCorpus corpus) throws IOException {
        final List<String> tags = new ArrayList<>();
        for (int i = 0; i < corpus.count(); i++) {
            final String tag = BodyCheck.expect(server.address(), corpus.path(i), corpus.content(i));
            if (tag == null) {
                throw new IOException(server.name() + " gives no ETag for " + corpus.path(i));
            }
            tags.add(tag);
        }
        return tags;
    }

    private static List<Verdict> verdicts(WebMixPlan plan, List<String> servers, Measurements measurements) {
        final TurnVerdicts verdicts = new TurnVerdicts(servers, measurements);
        for (int connections : plan.connections()) {
            judge(verdicts, LoadTurns.closedLoop(connections), LoadTurns.CPU);
            for (int percent : plan.turns().percents()) {
                final String phase = LoadTurns.openLoop(connections, percent);
                judge(verdicts, phase, LoadTurns.CPU);
                judge(verdicts, phase, LoadTurns.P99);
            }
        }
        return verdicts.all();
    }

    private static void judge(TurnVerdicts verdicts, String phase, Metric metric) {
        verdicts.atMost(phase, metric, SluiceServer.NAME, NginxServer.CACHED, TO_CACHED_NGINX_AT_MOST);
    }
}
