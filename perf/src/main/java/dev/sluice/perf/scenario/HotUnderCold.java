// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import dev.sluice.perf.host.Cgroup;
import dev.sluice.perf.host.CompilerThreads;
import dev.sluice.perf.host.Cpus;
import dev.sluice.perf.host.LoopDisk;
import dev.sluice.perf.host.Network;
import dev.sluice.perf.host.Requirements;
import dev.sluice.perf.host.RunQueue;
import dev.sluice.perf.host.StolenTime;
import dev.sluice.perf.host.Teardown;
import dev.sluice.perf.load.BackgroundLoad;
import dev.sluice.perf.load.FixedRequest;
import dev.sluice.perf.load.LoadGenerator;
import dev.sluice.perf.load.LoadResult;
import dev.sluice.perf.peers.NginxServer;
import dev.sluice.perf.peers.ServerKind;
import dev.sluice.perf.peers.ServerProcess;
import dev.sluice.perf.peers.SluiceServer;
import dev.sluice.perf.report.Measurements;
import dev.sluice.perf.report.Result;
import dev.sluice.perf.scenario.ColdCorpus.ColdPaths;
import dev.sluice.perf.scenario.ColdCorpus.Kind;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Does a cached reply wait for somebody else's disk? */
public final class HotUnderCold extends PlannedScenario<HotUnderColdPlan> {

    /** For the command line. */
    public HotUnderCold() {
        super(
                "hot-under-cold",
                "One cached file at 60 percent of the server's capacity, alone and beside clients that read cold files, "
                        + "then files in cold directories, from a disk that gives 100 reads a second.",
                HotUnderColdPlan::quick,
                1,
                HotUnderColdPlan::full,
                3);
    }

    @Override
    public List<String> missing() {
        final List<String> missing = new ArrayList<>(LoopDisk.missing());
        missing.addAll(Requirements.missingPrograms("nginx", "chrt"));
        return missing;
    }

    @Override
    Result run(RunSettings settings, HotUnderColdPlan plan) throws IOException {
        final Instant startedAt = Instant.now();
        final List<ServerKind> servers = settings.select(List.of(
                new SluiceServer(settings.serverJar(), settings.java()),
                NginxServer.aioOff(),
                NginxServer.aioThreads()));
        final Measurements measurements = new Measurements();
        try (Teardown teardown = settings.teardown().nested()) {
            settings.progress().accept("making the cold files");
            final ColdCorpus corpus = ColdCorpus.prepare(
                    settings.workDirectory(), plan.coldFiles(Kind.FILES), plan.coldFiles(Kind.DIRECTORIES));
            teardown.add(corpus.disk());
            for (int run = 0; run < plan.repeat(); run++) {
                final List<ServerKind> order = new ArrayList<>(servers);
                Collections.rotate(order, -run); // nobody always comes first
                for (ServerKind server : order) {
                    settings.progress().accept("run " + (run + 1) + " of " + plan.repeat() + ": " + server.name());
                    try (Teardown life = teardown.nested()) {
                        new ServerLife(settings, plan, corpus, measurements, server, life).measure();
                    }
                }
            }
        }
        final List<String> names = servers.stream().map(ServerKind::name).toList();
        final Map<String, String> chosen = plan.describe();
        chosen.put("peers", NginxServer.version());
        return settings.result(
                this,
                startedAt,
                chosen,
                names,
                measurements,
                HotUnderColdReport.verdicts(plan, names, measurements),
                HotUnderColdReport.curves(plan, names, measurements));
    }

    /** One server from start to stop, with the disk cold at its start. */
    private static final class ServerLife {
        private final RunSettings settings;
        private final HotUnderColdPlan plan;
        private final ColdCorpus corpus;
        private final Measurements measurements;
        private final String name;
        private final Cgroup cgroup;
        private final ServerProcess server;
        private final String device;
        private final Map<Kind, ColdPaths> paths = new EnumMap<>(Kind.class);

        ServerLife(
                RunSettings settings,
                HotUnderColdPlan plan,
                ColdCorpus corpus,
                Measurements measurements,
                ServerKind kind,
                Teardown life)
                throws IOException {
            this.settings = settings;
            this.plan = plan;
            this.corpus = corpus;
            this.measurements = measurements;
            this.name = kind.name();
            corpus.makeCold();
            this.device = corpus.disk().device();
            for (Kind each : Kind.values()) {
                paths.put(each, corpus.paths(each));
            }
            this.cgroup = life.add(
                    Cgroup.create("sluice-perf-" + ProcessHandle.current().pid()));
            cgroup.limitReads(device, plan.readsPerSecond());
            this.server = ServerProcess.start(
                    life,
                    kind,
                    corpus.disk().root(),
                    settings.workDirectory().resolve(name),
                    cgroup,
                    Network.loopback(),
                    Cpus.SERVER);
        }

        void measure() throws IOException {
            BodyCheck.expect(server.address(), ColdCorpus.HOT_PATH, corpus.hotContent());
            final FixedRequest hotFile = new FixedRequest(ColdCorpus.HOT_PATH, ColdCorpus.HOT_BYTES);
            try (LoadGenerator hot = LoadGenerator.connect(
                    server.address(), plan.hotConnections(), hotFile, LoadGenerator.Waiting.SPIN)) {
                warmUp(hot);
                CompilerThreads.postpone(server.pid());
                CompilerThreads.postpone(ProcessHandle.current().pid());
                final double capacity = closedLoop(hot, HotUnderColdReport.ALONE);
                final double rate = plan.offeredShare() * capacity;
                openLoop(hot, HotUnderColdReport.ALONE, rate, plan.settleNs(), () -> 0);
                for (Kind kind : Kind.values()) {
                    for (int connections : plan.coldConnections()) {
                        final String phase = HotUnderColdReport.phase(kind, connections);
                        openLoop(hot, HotUnderColdReport.before(phase), rate, plan.settleNs(), () -> 0);
                        try (BackgroundLoad cold =
                                BackgroundLoad.start(server.address(), connections, paths.get(kind))) {
                            openLoop(hot, phase, rate, plan.settleNs(kind, connections), cold::replies);
                            final double beside = closedLoop(hot, phase);
                            measurements.add(name, phase, HotUnderColdReport.RETAINED, beside / capacity);
                        }
                    }
                }
            }
        }

        /**
         * Cold replies too, to as many clients as there will be: what runs for the first time in a measured phase is
         * compiled there, on the server's one processor, and a request that waits for the compiler says nothing about
         * disks. Twice, since what the first round compiles the second may find was compiled too narrowly; and at the rate that
         * will be offered, too: a server that is not always busy goes other ways, and what was compiled without them is thrown away
         * then, up to a second before the postponed compiler has made it anew.
         */
        private void warmUp(LoadGenerator hot) throws IOException {
            final double rate = plan.offeredShare() * WarmUp.untilStable(hot, plan.sliceNs(), plan.warmUpSlices());
            for (int round = 0; round < HotUnderColdPlan.WARM_UP_ROUNDS; round++) {
                hot.openLoop(rate, 0, plan.warmUpNs());
                for (Kind kind : Kind.values()) {
                    try (BackgroundLoad cold =
                            BackgroundLoad.start(server.address(), plan.warmUpConnections(), paths.get(kind))) {
                        hot.closedLoop(0, plan.warmUpNs());
                        hot.openLoop(rate, 0, plan.warmUpNs());
                        cold.replies(); // fails here rather than in the measurement
                    }
                }
            }
            WarmUp.untilStable(hot, plan.sliceNs(), plan.warmUpSlices());
        }

        private double closedLoop(LoadGenerator hot, String phase) throws IOException {
            final LoadResult result = hot.closedLoop(plan.settleNs() / 2, plan.closedLoopNs());
            measurements.add(name, phase, HotUnderColdReport.CAPACITY, result.repliesPerSecond());
            return result.repliesPerSecond();
        }

        private void openLoop(LoadGenerator hot, String phase, double rate, long settleNs, ReplyCount cold)
                throws IOException {
            // The first cold replies come before the window, so that it sees a steady state.
            hot.openLoop(rate, 0, settleNs);
            final Map<String, Long> countersBefore = server.counters();
            final long readsBefore = cgroup.readCount(device);
            final long coldBefore = cold.get();
            final long waitedBeforeNs = RunQueue.waitedNs(server.pid());
            final long stolenBeforeMs = StolenTime.ms(Cpus.SERVER);
            final long fromNs = System.nanoTime();
            final LoadResult result = hot.openLoop(rate, 0, plan.openLoopNs());
            final double seconds = (System.nanoTime() - fromNs) / 1e9;
            final double coldReplies = cold.get() - coldBefore;
            final double reads = cgroup.readCount(device) - readsBefore;
            final double waitedMs = (RunQueue.waitedNs(server.pid()) - waitedBeforeNs) / 1e6;
            final double stolenMs = StolenTime.ms(Cpus.SERVER) - stolenBeforeMs;
            final Map<String, Long> countersAfter = server.counters();

            measurements.add(name, phase, HotUnderColdReport.OFFERED, rate);
            measurements.add(name, phase, HotUnderColdReport.DELIVERED, result.deliveredShare());
            measurements.add(name, phase, HotUnderColdReport.P50, result.latencyMs(50));
            measurements.add(name, phase, HotUnderColdReport.P99, result.latencyMs(99));
            measurements.add(name, phase, HotUnderColdReport.MAX, result.latencyMs(100));
            measurements.add(name, phase, HotUnderColdReport.COLD_REPLIES, coldReplies / seconds);
            measurements.add(name, phase, HotUnderColdReport.DISK_READS, reads / seconds);
            measurements.add(
                    name, phase, HotUnderColdReport.READS_PER_REPLY, coldReplies == 0 ? 0.0 : reads / coldReplies);
            HotUnderColdReport.COUNTERS.forEach((metric, change) -> {
                if (countersAfter.containsKey(change.key())) {
                    measurements.add(name, phase, metric, change.between(countersBefore, countersAfter));
                }
            });
            measurements.add(
                    name, phase, HotUnderColdReport.SEND_LAG, result.sendLagNs().getValueAtPercentile(99) / 1e6);
            measurements.add(name, phase, HotUnderColdReport.WAITED, waitedMs);
            measurements.add(name, phase, HotUnderColdReport.STOLEN, stolenMs);
            measurements.add(name, phase, HotUnderColdReport.BUSY, result.busyShare());
            measurements.add(name, phase, HotUnderColdReport.ON_CPU, result.cpuShare());
            settings.progress()
                    .accept(String.format(
                            Locale.ROOT,
                            "  %s: %.3f of %.0f/s, p99 %.3f ms, cold %.1f/s, disk %.1f/s",
                            phase,
                            result.deliveredShare(),
                            rate,
                            result.latencyMs(99),
                            coldReplies / seconds,
                            reads / seconds));
        }
    }

    /** How many replies there have been. */
    @FunctionalInterface
    private interface ReplyCount {
        long get() throws IOException;
    }
}
