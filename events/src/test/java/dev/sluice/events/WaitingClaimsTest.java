// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.ClaimableTask;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.uring.linux.PollMask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What waits to be claimed, or to be submitted, while a batch of low events is handed out: it counts at the band of its container. */
class WaitingClaimsTest extends SimulatedQueueFixture {
    private static final long HANDLER_NS = 1_000_000L;
    private static final int LOWS = 500;

    @ParameterizedTest
    @ValueSource(ints = {InterestOps.READABLE, InterestOps.READABLE | InterestOps.LEVEL})
    void shouldServeAnUrgentLevelAsOftenAsAnUrgentEdge(int interestOps) {
        final int fd = declareReadable(interestOps, urgent);
        final EventBatch batch = batchOfLows();
        int served = 0;
        for (Event event = batch.next(); event != null; event = batch.next()) {
            if (event.attachment().equals("watched")) {
                ring.host().setReady(fd, 0);
                served++;
            } else {
                ring.advance(HANDLER_NS);
                ring.host().setReady(fd, PollMask.POLLIN);
            }
        }

        assertThat(served).isEqualTo(LOWS + 1);
    }

    /** Nothing waits for more than 64 events or 200 us of its own band: here two such steps, of the arming and of the event. */
    @Test
    void shouldServeALevelOfTheSameBandBesideABatchOfLongHandlers() {
        declareReadable(InterestOps.READABLE | InterestOps.LEVEL, bulk.parent().child("level", Priority.LOW));
        final EventBatch batch = batchOfLows();
        int served = 0;
        for (int i = 0; i < LOWS; i++) {
            served += batch.next().attachment().equals("watched") ? 1 : 0;
            ring.advance(HANDLER_NS);
        }

        assertThat(served).as("half of all").isBetween(LOWS / 2 - 10, LOWS / 2 + 10);
    }

    @Test
    void shouldEnterAtOnceForWhatALayerAboveIsToSubmitForAnUrgentOperation() {
        final OperationPort port = events.operations();
        final int fd = readable();
        final PollOperation poll = new PollOperation(port, fd);
        port.begin(poll, urgent, "urgent");
        final boolean[] wanted = new boolean[1];
        port.whenClaimable(() -> {
            if (wanted[0]) {
                wanted[0] = false;
                port.submit(poll);
            }
        });
        final EventBatch batch = batchOfLows();
        batch.next();
        batch.next();

        wanted[0] = true;
        port.claimsSoon(poll);

        assertThat(batch.next().attachment()).isEqualTo("urgent");
    }

    @Test
    void shouldEnterAtOnceToCancelAnUrgentOperation() {
        final OperationPort port = events.operations();
        final PollOperation poll = new PollOperation(port, ring.host().open());
        port.begin(poll, urgent, "urgent");
        port.submit(poll);
        final EventBatch batch = batchOfLows();
        batch.next();
        batch.next();

        port.cancel(poll);

        assertThat(batch.next().attachment()).isEqualTo("urgent");
    }

    @Test
    void shouldEnterAtOnceForWhatWasClaimedWhenItsPriorityIsRaised() {
        final OperationPort port = events.operations();
        final ResourceContainer raised = bulk.parent().child("raised", Priority.LOW);
        final PollOperation poll = new PollOperation(port, readable());
        port.begin(poll, raised, "raised");
        final EventBatch batch = batchOfLows();
        batch.next();
        batch.next();

        port.submit(poll);
        raised.setPriority(Priority.HIGH);

        assertThat(batch.next().attachment()).isEqualTo("raised");
    }

    @Test
    void shouldEnterAtOnceWhenALayerAboveIsToLookAnewAtWhoMayGo() {
        final OperationPort port = events.operations();
        final PollOperation poll = new PollOperation(port, readable());
        port.begin(poll, urgent, "held back");
        final boolean[] mayGo = new boolean[1];
        port.whenClaimable(() -> {
            if (mayGo[0]) {
                mayGo[0] = false;
                port.submit(poll);
            }
        });
        final EventBatch batch = batchOfLows();
        batch.next();
        batch.next();

        mayGo[0] = true;
        port.changedForClaims();

        assertThat(batch.next().attachment()).isEqualTo("held back");
    }

    @Test
    void shouldRunATaskNoMoreOnceItIsPausedUntilItIsResumed() {
        final int[] ran = new int[3];
        final ClaimableTask[] tasks = new ClaimableTask[3];
        for (int i = 0; i < 3; i++) {
            final int index = i;
            tasks[i] = events.operations().whenClaimable(() -> {
                ran[index]++;
                if (index == 1) {
                    tasks[1].pause(); // itself
                }
            });
        }
        tasks[0].pause();
        letIn();

        assertThat(ran[0]).isZero();
        assertThat(ran[1]).isEqualTo(1);
        assertThat(ran[2]).isGreaterThan(1);
        assertThat(events.reaper().tasks.size()).isEqualTo(1);

        tasks[0].resume();
        tasks[0].resume();
        letIn();

        assertThat(ran[0]).isPositive();
        assertThat(ran[1]).isEqualTo(1);
        assertThat(events.reaper().tasks.size()).isEqualTo(2);
    }

    private int declareReadable(int interestOps, ResourceContainer container) {
        final int fd = readable();
        events.declareInterest(fd, interestOps, container, "watched");
        return fd;
    }

    private EventBatch batchOfLows() {
        for (int i = 0; i < LOWS; i++) {
            declareReadable(bulk, i);
        }
        letIn();
        return events.dequeueNextEvents(Integer.MAX_VALUE, Priority.IDLE, 0L);
    }
}
