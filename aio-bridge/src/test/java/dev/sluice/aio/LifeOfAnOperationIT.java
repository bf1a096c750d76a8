// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.line.Supply;
import dev.sluice.aio.operation.DescriptorOperation;
import dev.sluice.containers.Priority;
import dev.sluice.events.Event;
import dev.sluice.events.EventBatch;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.linux.Errno;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Goal: an operation lives as Operation draws it. Method: one that notes each of its steps, on the ring of the run. */
class LifeOfAnOperationIT {
    @AutoClose
    private final AioFixture aio = new AioFixture();

    private final OperationPort port = aio.port();
    private final Supply descriptors = aio.io.context().descriptors();
    private final Noted operation = new Noted();
    private final List<String> steps = new ArrayList<>();

    @Test
    void shouldWaitForItsTurnThenBeSubmittedCompleteEndAndBeReleased() {
        final long free = descriptors.capacity() - descriptors.reserved();
        descriptors.took(free, aio.bulk);
        final long id = port.begin(operation, aio.normal, "its event");
        operation.submitWithDescriptors(1L);
        assertThat(operation.isWaiting()).isTrue();
        assertThat(operation.id()).isEqualTo(id);
        assertThat(port.find(id)).isSameAs(operation);
        aio.reapOnly();
        assertThat(steps).as("it waits").isEmpty();

        descriptors.gaveBack(free, aio.bulk);
        runUntilEnd();
        final EventBatch batch = aio.events.dequeueNextEvents(1, Priority.IDLE, 0L);
        final Event event = batch.next();

        assertThat(event.attachment()).isEqualTo("its event");
        assertThat(steps)
                .containsExactly("granted: under way", "submit: under way", "complete: under way", "end: under way");
        assertThat(operation.state()).as("while it is handled").isEqualTo("busy");
        assertThat(port.find(id)).as("by an id that is void").isNull();
        assertThat(batch.next()).isNull();
        assertThat(steps).endsWith("release: idle").hasSize(5);
        aio.assertNothingLeft();
    }

    @Test
    void shouldBeSubmittedAgainAfterACompletionThatWasNotItsLast() {
        operation.completions = 3;
        port.begin(operation, aio.normal, "its event");
        operation.submit();

        assertThat(aio.runOne().result()).isZero();
        assertThat(steps)
                .filteredOn(step -> step.startsWith("submit") || step.startsWith("complete"))
                .hasSize(6);
        assertThat(steps).endsWith("complete: under way", "end: under way", "release: idle");
        aio.assertNothingLeft();
    }

    @Test
    void shouldBeWithdrawnFromItsLineAndEndWhenItIsCancelledWhileItWaits() {
        final long free = descriptors.capacity() - descriptors.reserved();
        descriptors.took(free, aio.bulk);
        port.begin(operation, aio.normal, "its event");
        operation.submitWithDescriptors(1L);

        assertThat(port.cancel(operation)).isTrue();

        assertThat(operation.isWaiting()).isFalse();
        descriptors.gaveBack(free, aio.bulk);
        assertThat(aio.runOne().result()).isEqualTo(-Errno.ECANCELED);
        assertThat(steps).containsExactly("withdraw: under way", "end: under way", "release: idle");
        aio.assertNothingLeft();
    }

    @Test
    void shouldBeReleasedAtItsEndIfNobodyIsToldOfIt() {
        operation.silent = true;
        port.begin(operation, aio.normal, "nobody");
        operation.submit();

        runUntilEnd();

        assertThat(aio.isIdle()).as("no event is to come").isTrue();
        assertThat(steps)
                .containsExactly("submit: under way", "complete: under way", "end: under way", "release: idle");
        assertThat(port.begin(operation, aio.normal, null)).as("begun again").isNotNegative();
        port.endSilently(operation);
        aio.assertNothingLeft();
    }

    /** Enters the ring until it has ended, and hands nothing out. */
    private void runUntilEnd() {
        final long startNs = System.nanoTime();
        while (operation.isUnderWay()) {
            assertThat(System.nanoTime() - startNs).isLessThan(AioFixture.LIMIT_NS);
            aio.reapOnly();
        }
    }

    private final class Noted extends DescriptorOperation {
        int completions = 1;
        boolean silent;

        Noted() {
            super(aio.io.context());
        }

        String state() {
            return isUnderWay() ? "under way" : isBusy() ? "busy" : "idle";
        }

        private void note(String step) {
            steps.add(step + ": " + state());
        }

        @Override
        public void granted() {
            note("granted");
            super.granted();
        }

        @Override
        protected void prepare(Sqe sqe) {
            note("submit");
            sqe.prepNop();
        }

        @Override
        protected void completed(int result, int flags) {
            note("complete");
            if (--completions > 0) {
                io.submitSoon(this);
            } else if (silent) {
                endSilently(result);
            } else {
                end(result, flags);
            }
        }

        @Override
        protected void withdrawn() {
            note("withdraw");
            super.withdrawn();
        }

        @Override
        protected void ended(int result) {
            note("end");
        }

        @Override
        protected void released() {
            super.released();
            note("release");
        }

        @Override
        protected int operation() {
            return Opcode.NOP;
        }
    }
}
