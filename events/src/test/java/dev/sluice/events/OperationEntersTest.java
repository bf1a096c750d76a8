// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.Priority;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.linux.PollMask;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** When the ring is entered for operations, and what is known by it. */
class OperationEntersTest extends OperationPortTests {
    @Test
    void shouldTellWhatTheKernelAnsweredWithinTheEnterThatSubmittedIt() {
        final List<Boolean> inline = new ArrayList<>();
        final PollOperation operation = new PollOperation(port, readable()) {
            @Override
            protected void prepare(Sqe sqe) {
                port.expectInline();
                super.prepare(sqe);
            }

            @Override
            protected void completed(int completionResult, int completionFlags) {
                inline.add(port.completedInline(this));
                super.completed(completionResult, completionFlags);
            }
        };
        port.begin(operation, normal, null);
        port.submit(operation);
        assertThat(attachments(events.dequeueNextEvents(1, Priority.IDLE, -1L))).hasSize(1);

        ring.host().setReady(operation.fd, 0);
        port.begin(operation, normal, null);
        port.submit(operation);
        letIn();
        ring.host().setReady(operation.fd, PollMask.POLLIN);
        assertThat(dequeue(1)).hasSize(1);

        ring.host().setReady(operation.fd, 0);
        port.begin(operation, normal, null);
        port.submit(operation);
        ring.after(1L, () -> ring.host().setReady(operation.fd, PollMask.POLLIN));
        assertThat(attachments(events.dequeueNextEvents(1, Priority.IDLE, -1L))).hasSize(1);

        assertThat(inline)
                .as("by a dequeue that would wait; later; in a wait, however short")
                .containsExactly(true, false, false);
    }

    @Test
    void shouldEnterOnceForWhatIsAnsweredOnTheSpotAndTwiceForWhatIsNot() {
        final PollOperation operation = new PollOperation(port, readable()) {
            @Override
            protected void prepare(Sqe sqe) {
                port.expectInline();
                super.prepare(sqe);
            }
        };
        port.begin(operation, normal, null);
        port.submit(operation);
        final long enters = port.enters();
        assertThat(attachments(events.dequeueNextEvents(1, Priority.IDLE, -1L))).hasSize(1);
        assertThat(port.enters() - enters).isEqualTo(1L);

        ring.host().setReady(operation.fd, 0);
        port.begin(operation, normal, null);
        port.submit(operation);
        ring.after(1L, () -> ring.host().setReady(operation.fd, PollMask.POLLIN));
        final long entersBefore = port.enters();
        assertThat(attachments(events.dequeueNextEvents(1, Priority.IDLE, -1L))).hasSize(1);
        assertThat(port.enters() - entersBefore).isEqualTo(2L);
    }

    @Test
    void shouldRunWhatWaitsForClaimsBeforeEachEnterAndAfterEachDrain() {
        final List<String> runs = new ArrayList<>();
        final PollOperation operation = new PollOperation(port, readable()) {
            @Override
            protected void completed(int completionResult, int completionFlags) {
                runs.add("completed");
                super.completed(completionResult, completionFlags);
            }
        };
        port.begin(operation, normal, null);
        port.whenClaimable(() -> {
            runs.add("claimable");
            if (runs.size() == 1) {
                port.submit(operation);
            }
        });
        final long entersBefore = port.enters();

        assertThat(dequeue(1)).hasSize(1);

        assertThat(runs.subList(0, 1)).containsExactly("claimable");
        assertThat(runs).contains("completed").endsWith("claimable");
        assertThat(port.enters()).isEqualTo(entersBefore + 1L);
    }

    @Test
    void shouldEnterAfterAFewEventsForADeviceAndAfterABatchForTheRest() {
        assertThat(eventsBeforeTheEnter(port::submit)).isEqualTo(40);
        assertThat(eventsBeforeTheEnter(port::submitToDevice)).isBetween(2, 10);
    }

    @Test
    void shouldEnterAtOnceForADeviceThatIsAboutToRunOutOfWorkAndAfterAFewEventsForOneThatIsNot() {
        final List<PollOperation> atDevice = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            final PollOperation operation = operation();
            port.begin(operation, normal, null);
            port.submitToDevice(operation);
            atDevice.add(operation);
        }
        assertThat(eventsBeforeTheEnter(port::submitToDevice))
                .as("three that it has to one")
                .isBetween(8, 10);

        atDevice.forEach(operation -> ring.host().setReady(operation.fd, PollMask.POLLIN));
        assertThat(dequeue(100)).hasSizeGreaterThanOrEqualTo(3);

        assertThat(eventsBeforeTheEnter(port::submitToDevice))
                .as("after it was through with all")
                .isEqualTo(2);
    }

    /** Of 40 events, the first of which submits an operation. */
    private int eventsBeforeTheEnter(Consumer<PollOperation> submission) {
        for (int i = 0; i < 40; i++) {
            declareReadable(normal, i);
        }
        letIn();
        final EventBatch batch = events.dequeueNextEvents(40, Priority.IDLE, 0L);
        batch.next();
        final PollOperation operation = operation();
        port.begin(operation, normal, null);
        submission.accept(operation);
        final long enters = port.enters();
        int handedOut = 1;
        while (port.enters() == enters && batch.next() != null) {
            handedOut++;
        }
        port.cancel(operation);
        return handedOut;
    }
}
