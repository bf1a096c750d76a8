// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static dev.sluice.events.InterestOps.READABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Shares in real time, on the real kernel: pipes that are readable again as soon as they were read. */
class FairShareIT extends EventQueueFixture {
    /** More than are served between two enters: a container without anything pending cannot use its share. */
    private static final int PIPES_EACH = 16;

    private static final long HANDLER_NS = 20_000L;
    private static final long MILLISECOND_NS = 1_000_000L;

    /** By then the shares must have been right once; a machine that stops a handler for long delays it. */
    private static final long CONVERGED_WITHIN_NS = 8L * SECOND_NS;

    /** From one hand-out to the next: what an event is charged with at most. */
    private long longestNs;

    private long lastHandOutNs = System.nanoTime();

    @Test
    void shouldServeSharesOneTwoFourWithinTwoPercent() {
        final ResourceContainer[] containers = new ResourceContainer[3];
        for (int i = 0; i < containers.length; i++) {
            containers[i] = root.child("share" + (1 << i), Priority.NORMAL);
            containers[i].setShare(ResourceContainer.DEFAULT_SHARE << i);
            keepBusy(containers[i]);
        }

        serveUntilFractionsAre(containers, new double[] {1.0 / 7.0, 2.0 / 7.0, 4.0 / 7.0}, 0.02 / 7.0);
    }

    @Test
    void shouldServeTwoPrincipalsThirtyToSeventyWhateverPrioritiesTheyUse() {
        final ResourceContainer meek = root.child("meek");
        final ResourceContainer bold = root.child("bold");
        meek.setFixedShare(30);
        bold.setFixedShare(70);
        final ResourceContainer meekHigh = meek.child("high", Priority.MAX);
        final ResourceContainer boldHigh = bold.child("high", Priority.LOW);
        keepBusy(meekHigh);
        keepBusy(boldHigh);
        keepBusy(bold.child("low", 1));

        serveUntilFractionsAre(new ResourceContainer[] {meek, boldHigh}, new double[] {0.3, 0.7}, 0.02);
    }

    /**
     * Of time that others had the CPU the container in service is charged, too: until the other has caught up they are apart by no more
     * than the longest event.
     */
    @Test
    void shouldGiveNewcomersTheirShareBesideAHogWithinTenMilliseconds() {
        final ResourceContainer hog = root.child("hog", Priority.NORMAL);
        keepBusy(hog);
        serve(SECOND_NS / 2L);
        final List<Double> apart = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            final ResourceContainer newcomer = root.child("newcomer" + i, Priority.NORMAL);
            final List<InterestKey> keys = keepBusy(newcomer);
            final long hogBeforeNs = hog.usage().cpuNs();
            longestNs = 0L;

            serve(10L * MILLISECOND_NS);

            final long newcomerNs = newcomer.usage().cpuNs();
            final long hogNs = hog.usage().cpuNs() - hogBeforeNs;
            apart.add((double) Math.max(0L, Math.abs(newcomerNs - hogNs) - longestNs) / (newcomerNs + hogNs));
            events.revokeInterest(keys);
            serve(50L * MILLISECOND_NS);
        }

        apart.sort(null);
        assertThat(apart.get(4)).as("the median of %s: 0.45 to 0.55", apart).isLessThanOrEqualTo(0.1);
    }

    @Test
    void shouldReportHowLongTheLowerBandWaitsAndRescueItWhenAsked() {
        events.close();
        events = EventQueue.open(EventQueueOptions.defaults().withStarvationLimitNs(5L * MILLISECOND_NS));
        keepBusy(urgent);
        keepBusy(bulk);
        assertThat(events.oldestPendingNs(Priority.LOW)).isZero();
        serve(3L * MILLISECOND_NS);

        assertThat(bulk.usage().events())
                .as("handed out before the limit")
                .isLessThan(urgent.usage().events());
        serve(200L * MILLISECOND_NS);

        assertThat(bulk.usage().events()).isPositive();
        assertThat(urgent.usage().events()).isGreaterThan(10L * bulk.usage().events());
    }

    private List<InterestKey> keepBusy(ResourceContainer container) {
        final List<InterestKey> keys = new ArrayList<>();
        for (int i = 0; i < PIPES_EACH; i++) {
            final TestPipe pipe = readablePipe();
            keys.add(events.declareInterest(pipe.readEnd, READABLE, container, pipe));
        }
        return keys;
    }

    private void serveUntilFractionsAre(ResourceContainer[] containers, double[] expected, double tolerance) {
        serve(SECOND_NS / 2L);
        final long startNs = System.nanoTime();
        double[] fractions = fractionsOf(containers);
        while (!areClose(fractions, expected, tolerance) && System.nanoTime() - startNs < CONVERGED_WITHIN_NS) {
            serve(SECOND_NS / 10L);
            fractions = fractionsOf(containers);
        }
        assertThat(fractions).containsExactly(expected, within(tolerance));
    }

    private static boolean areClose(double[] fractions, double[] expected, double tolerance) {
        for (int i = 0; i < expected.length; i++) {
            if (Math.abs(fractions[i] - expected[i]) > tolerance) {
                return false;
            }
        }
        return true;
    }

    private static double[] fractionsOf(ResourceContainer[] containers) {
        double totalNs = 0.0;
        for (final ResourceContainer container : containers) {
            totalNs += container.usage().cpuNs();
        }
        final double[] fractions = new double[containers.length];
        for (int i = 0; i < containers.length; i++) {
            fractions[i] = containers[i].usage().cpuNs() / totalNs;
        }
        return fractions;
    }

    private void serve(long durationNs) {
        final long endNs = System.nanoTime() + durationNs;
        while (System.nanoTime() < endNs) {
            final EventBatch batch = events.dequeueNextEvents(16, Priority.IDLE, SECOND_NS);
            for (Event event = batch.next(); event != null; event = batch.next()) {
                final long nowNs = System.nanoTime();
                longestNs = Math.max(longestNs, nowNs - lastHandOutNs);
                lastHandOutNs = nowNs;
                handle((TestPipe) event.attachment());
            }
        }
    }

    private static void handle(TestPipe pipe) {
        final long doneNs = System.nanoTime() + HANDLER_NS;
        pipe.read();
        pipe.write();
        while (System.nanoTime() < doneNs) {
            Thread.onSpinWait();
        }
    }
}
