// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.perf.report.Measurements;
import dev.sluice.perf.report.Verdict;
import dev.sluice.perf.scenario.ColdCorpus.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class HotUnderColdReportTest {
    private static final HotUnderColdPlan PLAN = HotUnderColdPlan.quick(1);

    @Test
    void shouldHoldWhenEveryFigureIsJustReached() {
        assertThat(verdicts(0.97, 1.5, 2, 85, 90)).hasSize(9).allMatch(Verdict::holds);
    }

    @Test
    void shouldAllowAMillisecondOverAShortLatencyAndAThirdOverALongOne() {
        // Alone it is 0.5 ms: 1.3 times that is less than 1 ms more.
        assertThat(verdicts(1, 1.51, 0, 100, 100)).anyMatch(verdict -> !verdict.holds());
    }

    @Test
    void shouldMissEachFigureByItself() {
        assertThat(missed(0.96, 0.5, 2, 85, 90)).containsOnly("offered rate delivered");
        assertThat(missed(1, 2, 2, 85, 90)).allMatch(criterion -> criterion.startsWith("p99"));
        assertThat(missed(1, 0.5, 3, 85, 90)).allMatch(criterion -> criterion.startsWith("turns"));
        assertThat(missed(1, 0.5, 2, 84, 90)).containsExactly("cold replies [1/s]");
        assertThat(missed(1, 0.5, 2, 85, 89)).containsOnly("disk reads [1/s]");
    }

    @Test
    void shouldJudgeNobodyWhenSluiceIsNotThere() {
        assertThat(HotUnderColdReport.verdicts(PLAN, List.of("nginx"), new Measurements()))
                .isEmpty();
    }

    @Test
    void shouldHaveColdFilesForMoreThanTheTimeOfARun() {
        final HotUnderColdPlan full = HotUnderColdPlan.full(3);

        assertThat(full.coldFiles(Kind.FILES)).isBetween(5_000, 12_000);
        assertThat(full.coldFiles(Kind.DIRECTORIES)).isBetween(2_000, 6_000);
    }

    private static List<String> missed(double delivered, double p99, double stalls, double cold, double disk) {
        return verdicts(delivered, p99, stalls, cold, disk).stream()
                .filter(verdict -> !verdict.holds())
                .map(Verdict::criterion)
                .toList();
    }

    private static List<Verdict> verdicts(double delivered, double p99, double stalls, double cold, double disk) {
        final Measurements measurements = new Measurements();
        for (Kind kind : Kind.values()) {
            for (int connections : PLAN.coldConnections()) {
                final String phase = HotUnderColdReport.phase(kind, connections);
                final String before = HotUnderColdReport.before(phase);
                measurements.add("sluice", before, HotUnderColdReport.P99, 0.5);
                measurements.add("sluice", before, HotUnderColdReport.STALLS, 2);
                measurements.add("sluice", phase, HotUnderColdReport.DELIVERED, delivered);
                measurements.add("sluice", phase, HotUnderColdReport.P99, p99);
                measurements.add("sluice", phase, HotUnderColdReport.STALLS, stalls);
                measurements.add("sluice", phase, HotUnderColdReport.COLD_REPLIES, cold);
                measurements.add("sluice", phase, HotUnderColdReport.DISK_READS, disk);
            }
        }
        return HotUnderColdReport.verdicts(PLAN, List.of("sluice"), measurements);
    }
}
