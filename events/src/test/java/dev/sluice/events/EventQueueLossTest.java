// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static dev.sluice.events.InterestOps.READABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.uring.Ring;
import dev.sluice.uring.RingException;
import dev.sluice.uring.simulated.SimulatedFaults;
import dev.sluice.uring.simulated.SimulatedRing;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Goal: a queue whose ring answers no more, or whose thread has died, can be closed and leaves nothing open: without a kernel. */
class EventQueueLossTest {
    private final SimulatedRing ring = new SimulatedRing(1L, 64, 256, SimulatedFaults.NONE);
    private final ResourceContainer normal = ResourceContainer.root("root").child("normal", Priority.NORMAL);
    private final List<String> closed = new ArrayList<>();

    /** A queue with an operation that is held, one in the kernel, a declared descriptor and a message. */
    private EventQueue openBusy() {
        final EventQueue events = EventQueue.over(ring, EventQueueOptions.defaults());
        final OperationPort port = events.operations();
        for (int i = 0; i < 2; i++) {
            final PollOperation operation = new PollOperation(port, ring.host().open());
            port.begin(operation, normal, "operation");
            if (i > 0) {
                port.submit(operation);
            }
        }
        events.declareInterest(ring.host().open(), READABLE, normal, "declared");
        events.newMailbox(4, normal, "mailbox").offer("message");
        events.dequeueNextEvents(1, Priority.MAX, 0L);
        port.resources().atClose(() -> closed.add("first"));
        port.resources().atClose(() -> closed.add("last"));
        return events;
    }

    private void assertReleased(EventQueue events) {
        assertThat(closed).containsExactly("first", "last");
        assertThatIllegalStateException()
                .isThrownBy(() -> ring.statistics().enters())
                .withMessage("ring is closed");
        events.close();
        assertThat(closed).hasSize(2);
        try (EventQueue next =
                EventQueue.over(new SimulatedRing(1L, 64, 256, SimulatedFaults.NONE), EventQueueOptions.defaults())) {
            next.newTimer(normal, null); // the container is served by another queue
        }
    }

    @Test
    void shouldCloseAQueueWhoseRingCannotBeEnteredAnyMore() {
        final EventQueue events = openBusy();
        ring.lose();
        assertThatThrownBy(() -> events.dequeueNextEvents(1, Priority.MAX, -1L)).isInstanceOf(RingException.class);

        events.close();

        assertReleased(events);
    }

    @Test
    void shouldCloseFromAnyThreadOnceTheOwnerHasDied() throws InterruptedException {
        final AtomicReference<EventQueue> opened = new AtomicReference<>();
        final Thread owner = new Thread(() -> opened.set(openBusy()), "owner");
        owner.start();
        owner.join();
        final EventQueue events = opened.get();
        assertThatIllegalStateException()
                .isThrownBy(() -> events.dequeueNextEvents(1, Priority.IDLE, 0L))
                .withMessageContaining("close() once that thread has ended");

        events.close();

        assertReleased(events);
    }

    /** The 1st, 2nd, ... call that the close makes of its ring fails: whichever it is, all else is closed. */
    @Test
    void shouldCloseAllTheRestWhicheverCallOfTheRingFailsInAClose() {
        final List<String> failed = new ArrayList<>();
        boolean spared = false;
        for (int step = 1; !spared; step++) {
            closed.clear();
            final SimulatedRing simulated = new SimulatedRing(1L, 64, 256, SimulatedFaults.NONE);
            final int[] left = {Integer.MAX_VALUE};
            final Ring failing = (Ring) Proxy.newProxyInstance(
                    Ring.class.getClassLoader(), new Class<?>[] {Ring.class}, (proxy, method, arguments) -> {
                        if (--left[0] == 0
                                && List.of("tryClaim", "submit", "submitAndWait", "close")
                                        .contains(method.getName())) {
                            failed.add(method.getName());
                            if (method.getName().equals("close")) {
                                simulated.close();
                            }
                            throw new IllegalArgumentException("injected");
                        }
                        try {
                            return method.invoke(simulated, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
            final EventQueue events = EventQueue.over(failing, EventQueueOptions.defaults());
            final PollOperation operation =
                    new PollOperation(events.operations(), simulated.host().open());
            events.operations().begin(operation, normal, null);
            events.operations().submit(operation);
            events.declareInterest(simulated.host().open(), READABLE, normal, null);
            events.dequeueNextEvents(1, Priority.MAX, 0L);
            events.operations().resources().atClose(() -> closed.add("resource"));
            final int failedBefore = failed.size();
            left[0] = step;
            try {
                events.close();
                spared = left[0] > 0;
            } catch (IllegalStateException e) {
                assertThat(failed).as("%s", e).hasSize(failedBefore + 1);
                if (closed.isEmpty()) { // not asked for its end, so it has not ended: it can be tried again
                    events.close();
                }
            }
            assertThat(closed).as("after a failing %s", failed).containsExactly("resource");
            assertThatIllegalStateException()
                    .isThrownBy(() -> simulated.statistics().enters())
                    .withMessage("ring is closed");
            assertThat(operation.isBusy()).as("after a failing %s", failed).isFalse();
        }
        assertThat(failed).contains("tryClaim", "submit", "close");
    }
}
