// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.order;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sluice.containers.DecayByUse;
import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/**
 * Goal: signalling, taking and moving events allocates nothing, whichever rules are in force. Method: the same rounds
 * again and again, until the bytes that the thread allocated in one are none.
 */
class SignalledEventsAllocationTest {
    private static final int EVENTS = 1_000;
    private static final int MOST_ROUNDS = 10_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final SignalledEvents events = new SignalledEvents(1_000_000L, 0L);
    private final ResourceContainer[] containers = new ResourceContainer[60];
    private final Signal[] signals = new Signal[EVENTS];
    private long nowNs;
    private int moved;

    private void populate() {
        final ResourceContainer root = ResourceContainer.root("root");
        for (int i = 0; i < containers.length; i++) {
            final ResourceContainer top = i % 20 == 0 ? root.child("top" + i) : containers[i / 20 * 20];
            containers[i] = i % 20 == 0 ? top : top.child("c" + i, i % 4 * Priority.LOW);
            if (i % 7 == 0) {
                containers[i].setDecay(new DecayByUse(100_000_000L, 10_000L, 1));
            }
        }
        containers[20].setFixedShare(30);
        containers[40].setFixedShare(70);
        for (int i = 0; i < signals.length; i++) {
            signals[i] = new TestSignal();
            signals[i].place = events.placeOf(containers[i % containers.length]);
        }
    }

    private void round() {
        for (int i = 0; i < signals.length; i++) {
            events.expectFrom(signals[i]);
            events.add(signals[i]);
        }
        for (int i = 0; i < 100; i++) {
            events.remove(signals[i * 7]);
        }
        moved++;
        containers[5].setPriority(Priority.LOW + moved % 2);
        containers[6].setShare(1_000 + moved % 2);
        containers[20].setFixedShare(30 + moved % 2);
        for (int taken = 0; taken < signals.length - 100; taken++) {
            if (events.take(Priority.IDLE) == null) {
                throw new AssertionError("only " + taken + " events in round " + moved);
            }
            nowNs += 500L;
            events.endService(500L, nowNs);
        }
        for (int i = 0; i < signals.length; i++) {
            events.expectNoMoreFrom(signals[i]);
        }
    }

    @Test
    void shouldAllocateNothingForAnEvent() {
        populate();
        long allocated = Long.MAX_VALUE;
        for (int i = 0; i < MOST_ROUNDS && allocated != 0L; i++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            round();
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }

        assertThat(allocated).as("bytes allocated by %d events", EVENTS).isZero();
        assertThat(events.size()).isZero();
    }
}
