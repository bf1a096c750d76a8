// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static dev.sluice.events.InterestOps.READABLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.PollMask;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Operations that are cancelled or paused, wherever they are. */
class OperationCancelTest extends OperationPortTests {
    @Test
    void shouldCancelWhatIsUnderWayForAContainerAndItsDescendants() {
        final ResourceContainer client = normal.child("client");
        final ResourceContainer connection = client.child("connection");
        final PollOperation inKernel = begun(client);
        port.submit(inKernel);
        final PollOperation twice = begun(connection);
        port.submit(twice);
        letIn();
        port.cancel(twice);
        final PollOperation claimed = begun(connection);
        port.submit(claimed);
        final PollOperation waiting = begun(client);
        final PollOperation done = begun(client);
        port.end(done, 7, 0);
        final PollOperation ofParent = begun(normal);
        port.submit(ofParent);
        final PollOperation goesOn = new PollOperation(port, ring.host().open()) {
            @Override
            public boolean isCancellable() {
                return false;
            }
        };
        port.begin(goesOn, client, goesOn);
        port.submit(goesOn);
        events.declareInterest(readable(), READABLE, connection, "interest");

        assertThat(port.cancelAll(client)).isEqualTo(4);

        letIn();
        final EventBatch batch = events.dequeueNextEvents(16, Priority.IDLE, 0L);
        final Map<Object, Integer> results = new HashMap<>();
        for (Event event = batch.next(); event != null; event = batch.next()) {
            assertThat(results.put(event.attachment(), event.result())).isNull();
        }
        assertThat(results)
                .containsOnlyKeys(inKernel, twice, claimed, waiting, done, "interest")
                .containsEntry(inKernel, -Errno.ECANCELED)
                .containsEntry(twice, -Errno.ECANCELED)
                .containsEntry(claimed, -Errno.ECANCELED)
                .containsEntry(waiting, -Errno.ECANCELED)
                .containsEntry(done, 7);
        assertThat(ofParent.isUnderWay()).isTrue();
        assertThat(goesOn.isUnderWay()).isTrue();
        assertThat(port.cancelAll(client)).isZero();
        assertThat(port.cancelAll(root)).isEqualTo(1);
    }

    @Test
    void shouldEndACancelledOperationInOneTerminalEventWhereverItIs() {
        final PollOperation waiting = operation();
        port.begin(waiting, normal, waiting);
        final PollOperation inKernel = submitted();
        final PollOperation completing = submitted();

        assertThat(port.cancel(waiting)).isTrue();
        assertThat(port.cancel(waiting)).as("it has its result").isFalse();
        assertThat(port.cancel(inKernel)).isTrue();
        assertThat(port.cancel(inKernel)).isTrue();
        ring.host().setReady(completing.fd, PollMask.POLLIN);
        ring.submit(); // its completion is posted, not seen yet
        assertThat(port.cancel(completing)).isTrue();
        letIn();

        final EventBatch batch = events.dequeueNextEvents(8, Priority.IDLE, 0L);
        final List<String> results = new ArrayList<>();
        for (Event event = batch.next(); event != null; event = batch.next()) {
            results.add((event.attachment() == completing ? "completing " : "") + event.result());
        }
        assertThat(results)
                .containsExactly("-" + Errno.ECANCELED, "-" + Errno.ECANCELED, "completing " + PollMask.POLLIN);
        assertThat(port.cancel(inKernel)).as("idle").isFalse();
    }

    @Test
    void shouldPauseAMultishotOperationThatIsSubmittedAgain() {
        final List<Integer> flagsSeen = new ArrayList<>();
        final PollOperation multishot = new PollOperation(port, ring.host().open()) {
            @Override
            protected void prepare(Sqe sqe) {
                sqe.prepPollMultishot(fd, PollMask.POLLIN);
            }

            @Override
            protected void completed(int completionResult, int completionFlags) {
                flagsSeen.add(completionFlags);
                if (isCancelRequested()) { // otherwise its owner goes on
                    super.completed(completionResult, completionFlags);
                }
            }
        };
        port.begin(multishot, normal, null);
        port.pause(multishot); // not in the kernel: nothing to end
        port.submit(multishot);
        ring.host().setReady(multishot.fd, PollMask.POLLIN);
        letIn();
        port.pause(multishot);
        letIn();
        assertThat(flagsSeen).containsExactly(CqeFlags.F_MORE, 0);

        port.submit(multishot);
        letIn();

        assertThat(flagsSeen).containsExactly(CqeFlags.F_MORE, 0, CqeFlags.F_MORE);
        assertThat(multishot.cancelRequested()).as("a pause is no cancellation").isFalse();
    }
}
