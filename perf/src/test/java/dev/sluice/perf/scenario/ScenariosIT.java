// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.perf.TestServers;
import dev.sluice.perf.host.Teardown;
import dev.sluice.perf.peers.BareResponder;
import dev.sluice.perf.peers.CaddyServer;
import dev.sluice.perf.peers.H2oServer;
import dev.sluice.perf.peers.JdkServer;
import dev.sluice.perf.peers.ServerKind;
import dev.sluice.perf.report.Measurement;
import dev.sluice.perf.report.Metric;
import dev.sluice.perf.report.Result;
import dev.sluice.perf.report.Results;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every scenario, tiny and silent, so that none rots: figures are taken, none is judged. */
class ScenariosIT {
    /** Long enough that what is compiled, and charged to whom it kept waiting, is so before the measured phases. */
    private static final HotUnderColdPlan TINY_COLD =
            new HotUnderColdPlan(1, List.of(4), 4, 100, 0.3, 200, 6, 800, 2000, 150);

    private static final TurnPlan TINY_TURNS = new TurnPlan(2, List.of(20, 40), 20, 3, 3, 2, 50);
    private static final HotFilePlan TINY_HOT = new HotFilePlan(List.of(2, 8), 8 * 1024, TINY_TURNS);
    private static final WebMixPlan TINY_WEB = new WebMixPlan(100, 256 * 1024, List.of(8), TINY_TURNS);

    private static final DeclaredDescriptorsPlan TINY_DECLARED =
            new DeclaredDescriptorsPlan(2, 8, List.of(64, 200), List.of(64, 2000), 20, 40);
    private static final MillionContainers.Plan TINY_MILLION =
            new MillionContainers.Plan(1, 10_000, List.of(64, 1), 50, 100);
    private static final UrgentBehindLow.Plan TINY_URGENT =
            new UrgentBehindLow.Plan(2, 100, 20, 20, 10, List.of(50, 200), 10);

    private static final Nop.Plan TINY_NOP = new Nop.Plan(2, List.of(1, 4, 16), 10, 20);
    private static final RandomReadsPlan TINY_READS = new RandomReadsPlan(
            2,
            64 << 20,
            List.of(new RandomReadsPlan.Point(true, 16 * 1024, 8), new RandomReadsPlan.Point(false, 4096, 1)),
            10,
            50);
    private static final CachedCalls.Plan TINY_CALLS = new CachedCalls.Plan(2, List.of(1, 32), 10, 20);
    private static final MixedFile.Plan TINY_MIXED =
            new MixedFile.Plan(1, 64, 4, 8, 100, List.of(2_000L, 0L), 200, 400);
    private static final UrgentReadPlan TINY_READ =
            new UrgentReadPlan(1, List.of(2), List.of(2), 100, 50, 50, 3, 1, 40);

    @TempDir
    Path work;

    @TempDir
    Path out;

    @Test
    void shouldRunHotUnderCold() throws IOException {
        final List<String> servers = servers("nginx", "nginx-threads");
        final Result result = run(new HotUnderCold(), TINY_COLD, servers);

        for (String server : servers) {
            assertThat(median(result, server, "alone", HotUnderColdReport.CAPACITY))
                    .isPositive();
            assertThat(median(result, server, "4 x cold files", HotUnderColdReport.COLD_REPLIES))
                    .as(server)
                    .isBetween(10.0, 250.0);
            assertThat(median(result, server, "4 x cold directories", HotUnderColdReport.DISK_READS))
                    .as(server)
                    .isBetween(30.0, 250.0);
        }
        assertThat(result.curves()).hasSize(6);
        assertThat(result.verdicts().isEmpty()).isEqualTo(!servers.contains("sluice"));
        assertThat(Results.write(result, out)).contains("4 x cold directories");
        assertThat(out.resolve("hot-under-cold-cold-files-p99.png")).exists();
    }

    @Test
    void shouldRunHotFile() throws IOException {
        final List<String> servers =
                servers("nginx", "nginx-defaults", "nginx-cached", "nginx-defaults-cached", "netty", "netty-io_uring");
        for (ServerKind peer : List.of(
                new CaddyServer(),
                new H2oServer(),
                new JdkServer(TestServers.JAVA),
                BareResponder.opened(),
                BareResponder.kept(),
                BareResponder.memory())) {
            if (peer.missing().isEmpty()) {
                servers.add(peer.name());
            }
        }
        final Result result = run(new HotFile(), TINY_HOT, servers);

        for (String server : servers) {
            for (int connections : TINY_HOT.connections()) {
                assertTurns(result, server, connections);
            }
        }
        assertThat(result.measurements())
                .allSatisfy(each -> assertThat(each.runs()).hasSizeBetween(1, 2)); // a rate may be left out
        assertThat(Results.write(result, out)).contains("8 connections, closed loop");
        assertThat(out.resolve("hot-file-cpu-8.png")).exists();
    }

    @Test
    void shouldRunWebMix() throws IOException {
        final List<String> servers = servers("nginx-cached", "nginx");
        final Result result = run(new WebMix(), TINY_WEB, servers);

        for (String server : servers) {
            assertTurns(result, server, 8);
            assertThat(median(result, server, WebMix.AFTER, WebMix.RESIDENT)).isPositive();
        }
        assertThat(result.verdicts()).hasSize(servers.contains("sluice") ? 5 : 0);
        assertThat(Results.write(result, out)).contains("8 connections, closed loop", WebMix.AFTER);
        assertThat(out.resolve("web-mix-cpu-8.png")).exists();
    }

    /** On a machine that does something else, too, the generator may have been too busy for a rate. */
    private static void assertTurns(Result result, String server, int connections) {
        final String closed = LoadTurns.closedLoop(connections);
        assertThat(median(result, server, closed, LoadTurns.CPU)).isPositive();
        assertThat(median(result, server, closed, LoadTurns.P999))
                .isGreaterThanOrEqualTo(median(result, server, closed, LoadTurns.P50));
        for (int percent : TINY_TURNS.percents()) {
            assertThat(median(result, server, LoadTurns.openLoop(connections, percent), LoadTurns.BUSY_TURNS))
                    .isBetween(0.0, (double) TINY_TURNS.openTurns());
        }
    }

    @Test
    void shouldRunDeclaredDescriptors() throws IOException {
        final Result result = run(new DeclaredDescriptors(), TINY_DECLARED, List.of());

        for (String server : List.of("sluice", "sluice-simulated", "selector", "epoll", "select")) {
            assertThat(median(result, server, "64 declared", DeclaredDescriptors.BOTH))
                    .isGreaterThan(median(result, server, "64 declared", DeclaredDescriptors.DEQUEUE));
        }
        assertThat(median(result, "sluice-simulated", "2,000 declared", DeclaredDescriptors.BOTH))
                .isPositive();
        assertThat(result.measurements())
                .allSatisfy(each -> assertThat(each.runs()).hasSize(2));
        assertThat(result.verdicts()).hasSize(2);
        assertThat(Results.write(result, out)).contains("200 declared");
        assertThat(out.resolve("declared-descriptors-cost.png")).exists();
    }

    @Test
    void shouldRunMillionContainers() throws IOException {
        final Result result = run(new MillionContainers(), TINY_MILLION, List.of());

        for (String phase : List.of("64 arrivals a dequeue", "1 arrival a dequeue")) {
            assertThat(median(result, "sluice", phase, MillionContainers.EVENT)).isPositive();
            assertThat(median(result, "sluice", phase, MillionContainers.FOOTPRINT))
                    .as("MiB of 10,000 containers, keys and places")
                    .isBetween(1.0, 10.0);
        }
        assertThat(result.verdicts()).hasSize(4);
        assertThat(Results.write(result, out)).contains("event to six lines");
    }

    @Test
    void shouldRunUrgentBehindLow() throws IOException {
        final Result result = run(new UrgentBehindLow(), TINY_URGENT, List.of());

        final String phase = "100 low pending";
        assertThat(median(result, "sluice", phase, UrgentBehindLow.P50)).isPositive();
        for (String peer : List.of("fifo", "selector")) {
            assertThat(median(result, peer, phase, UrgentBehindLow.P50))
                    .as("behind a good part of 100 times 20 us")
                    .isGreaterThan(500);
        }
        final String ready = "200 low ready before";
        assertThat(median(result, "sluice", ready, UrgentBehindReady.BEFORE)).isLessThanOrEqualTo(1.0);
        for (String peer : List.of("fifo", "selector")) {
            assertThat(median(result, peer, ready, UrgentBehindReady.BEFORE))
                    .as(peer)
                    .isEqualTo(200.0);
        }
        assertThat(median(result, "selector-sorted", ready, UrgentBehindReady.BEFORE))
                .as("one look reports all of them")
                .isZero();
        assertThat(result.verdicts()).hasSize(4);
        assertThat(Results.write(result, out)).contains(phase, ready);
        assertThat(out.resolve("urgent-behind-low-wait.png")).exists();
        assertThat(out.resolve("urgent-behind-low-ready.png")).exists();
    }

    @Test
    void shouldRunNop() throws IOException {
        final Result result = run(new Nop(), TINY_NOP, List.of());

        for (String server : List.of("sluice", "sluice-system-calls", "c")) {
            assertThat(median(result, server, "16 operations", Nop.ENTER))
                    .isGreaterThan(median(result, server, "1 operation", Nop.ENTER));
            assertThat(median(result, server, Nop.FIT, Nop.SLOPE)).isPositive();
        }
        assertThat(result.verdicts()).hasSize(4);
        assertThat(Results.write(result, out)).contains("b over C's in the same run");
        assertThat(out.resolve("nop-enter.png")).exists();
    }

    @Test
    void shouldRunRandomReads() throws IOException {
        final Result result = run(new RandomReads(), TINY_READS, List.of());

        assertThat(result.servers()).contains("sluice", "file-channel", "async-file-channel");
        assertThat(result.settings()).containsKeys("virtual-threads", "fio");
        for (String server : result.servers()) {
            for (RandomReadsPlan.Point point : TINY_READS.points()) {
                assertThat(median(result, server, point.phase(), RandomReads.IOPS))
                        .isPositive();
                assertThat(median(result, server, point.phase(), RandomReads.P99))
                        .isGreaterThanOrEqualTo(median(result, server, point.phase(), RandomReads.P50));
            }
        }
        assertThat(result.verdicts()).as("the judged point is not measured").isEmpty();
        assertThat(Results.write(result, out)).contains("buffered 4 KiB, 1 at a time");
        assertThat(out.resolve("random-reads-direct-16-kib.png")).exists();
        assertThat(work.resolve("random-reads.bin")).doesNotExist();
    }

    @Test
    void shouldRunCachedCalls() throws IOException {
        final Result result = run(new CachedCalls(), TINY_CALLS, List.of());

        for (String server : List.of("sluice", "jdk", "c")) {
            for (String call : List.of("read", "open", "stat")) {
                assertThat(median(result, server, call + ", 32 at a time", CachedCalls.CALL))
                        .isPositive();
            }
        }
        assertThat(result.verdicts()).isEmpty();
        assertThat(Results.write(result, out)).contains("stat, 1 at a time");
    }

    @Test
    void shouldRunUrgentRead() throws IOException {
        final Result result = run(new UrgentRead(), TINY_READ, List.of());

        final String phase = "window of 2";
        assertThat(median(result, "fifo", phase, UrgentRead.URGENT))
                .as("behind a good part of 50 reads at 100 a second")
                .isGreaterThan(250);
        assertThat(median(result, "sluice", phase, UrgentRead.URGENT))
                .isLessThan(median(result, "fifo", phase, UrgentRead.URGENT));
        assertThat(median(result, "sluice", phase, UrgentRead.SERVED)).isBetween(10.0, 250.0);
        assertThat(median(result, "sluice", UrgentRead.TUNED_PHASE, UrgentRead.URGENT))
                .isLessThan(median(result, "fifo", phase, UrgentRead.URGENT));
        assertThat(median(result, "sluice", UrgentRead.TUNED_PHASE, UrgentRead.LOST))
                .isLessThan(1.0);
        final String opens = "opens, window of 2";
        assertThat(median(result, "fifo", opens, UrgentRead.URGENT))
                .as("behind a good part of 50 opens at 100 a second")
                .isGreaterThan(250);
        assertThat(median(result, "sluice", opens, UrgentRead.URGENT))
                .isLessThan(median(result, "fifo", opens, UrgentRead.URGENT));
        assertThat(result.verdicts()).hasSize(5);
        assertThat(Results.write(result, out)).contains(phase, opens);
        assertThat(out.resolve("urgent-read-window.png")).exists();
        assertThat(out.resolve("urgent-read-open-window.png")).exists();
    }

    @Test
    void shouldRunMixedFile() throws IOException {
        final Result result = run(new MixedFile(), TINY_MIXED, List.of());

        for (String server : List.of("sluice", "file-channel", "async-file-channel")) {
            for (long hotPerSecond : TINY_MIXED.hotPerSecond()) {
                final String phase = MixedFile.phase(hotPerSecond);
                assertThat(median(result, server, phase, MixedFile.ALONE)).isPositive();
                assertThat(median(result, server, phase, MixedFile.BESIDE)).isPositive();
                assertThat(median(result, server, phase, MixedFile.COLD))
                        .as("cold reads of %s, %s", server, phase)
                        .isBetween(10.0, 250.0);
            }
        }
        assertThat(result.verdicts()).hasSize(1);
        assertThat(Results.write(result, out)).contains("hot reads without a pause");
    }

    private <P> Result run(PlannedScenario<P> scenario, P plan, List<String> servers) throws IOException {
        assumeTrue(scenario.missing().isEmpty(), () -> scenario.missing().toString());
        try (Teardown teardown = Teardown.atExit()) {
            return scenario.run(settings(servers, teardown), plan);
        }
    }

    private static List<String> servers(String... peers) {
        final List<String> servers = new ArrayList<>();
        if (Files.exists(TestServers.SLUICE_JAR)) {
            servers.add("sluice");
        }
        servers.addAll(List.of(peers));
        return servers;
    }

    private RunSettings settings(List<String> servers, Teardown teardown) {
        return new RunSettings(
                true,
                OptionalInt.empty(),
                servers,
                TestServers.SLUICE_JAR,
                TestServers.JAVA,
                TestServers.JAVA,
                false,
                work,
                teardown,
                "a test",
                "test",
                line -> {});
    }

    private static double median(Result result, String server, String phase, Metric metric) {
        return result.measurements().stream()
                .filter(each -> each.server().equals(server)
                        && each.phase().equals(phase)
                        && each.metric().equals(metric))
                .mapToDouble(Measurement::median)
                .findFirst()
                .orElseThrow();
    }
}
