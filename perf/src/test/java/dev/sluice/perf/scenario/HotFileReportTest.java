// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.sluice.perf.report.Measurements;
import dev.sluice.perf.report.Metric;
import dev.sluice.perf.report.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which server is held against which, and to what. */
class HotFileReportTest {
    private static final HotFilePlan PLAN =
            new HotFilePlan(List.of(32, 1000), 8192, new TurnPlan(1, List.of(50), 100, 1, 1, 1, 100));
    private static final List<String> PAIRS = List.of(
            "sluice-opened over bare-c",
            "sluice-kept over bare-c-kept",
            "sluice over bare-c-memory",
            "sluice over nginx");

    private final Measurements measurements = new Measurements();

    @Test
    void shouldHoldEachStateAgainstTheFloorOfTheSameState() {
        final List<String> servers =
                List.of("sluice-opened", "sluice-kept", "sluice", "bare-c", "bare-c-kept", "bare-c-memory");
        measure(servers, LoadTurns.CPU);

        final List<Verdict> verdicts = HotFileReport.verdicts(PLAN, servers, measurements);

        assertThat(verdicts).hasSize(3 * 2 * 2); // states, connections, loops
        assertThat(verdicts).allSatisfy(each -> {
            assertThat(each.bound()).isEqualTo(1.25);
            assertThat(each.criterion()).containsAnyOf(PAIRS.toArray(String[]::new));
        });
    }

    @Test
    void shouldHoldTheServerAsItComesAgainstNginx() {
        final List<String> servers = List.of("sluice", "nginx", "nginx-cached");
        measure(servers, LoadTurns.CPU);
        measure(servers, LoadTurns.P99);

        assertThat(HotFileReport.verdicts(PLAN, servers, measurements))
                .extracting(Verdict::phase, Verdict::bound)
                .containsExactly(
                        tuple("32 connections, closed loop", 0.65),
                        tuple("32 connections, closed loop", 0.80),
                        tuple("32 connections, open loop at 50 percent", 0.90),
                        tuple("32 connections, open loop at 50 percent", 1.1),
                        tuple("1000 connections, closed loop", 0.85),
                        tuple("1000 connections, open loop at 50 percent", 0.90),
                        tuple("1000 connections, open loop at 50 percent", 1.1));
    }

    /** A rate at which the generator was too busy in every turn has no figures. */
    @Test
    void shouldNotHoldWhereARateWasLeftOut() {
        final List<String> servers = List.of("sluice", "nginx-cached");
        for (int connections : PLAN.connections()) {
            for (String server : servers) {
                measurements.add(server, LoadTurns.closedLoop(connections), LoadTurns.CPU, 1.0);
            }
        }

        final List<Verdict> open = HotFileReport.verdicts(PLAN, servers, measurements).stream()
                .filter(each -> each.phase().contains("open loop"))
                .toList();

        assertThat(open).hasSize(4).allSatisfy(each -> {
            assertThat(each.holds()).isFalse();
            assertThat(each.criterion()).startsWith("runs measured for");
        });
    }

    private void measure(List<String> servers, Metric metric) {
        for (int connections : PLAN.connections()) {
            for (String server : servers) {
                measurements.add(server, LoadTurns.closedLoop(connections), metric, 1.0);
                measurements.add(server, LoadTurns.openLoop(connections, 50), metric, 1.0);
            }
        }
    }
}
