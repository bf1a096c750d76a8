// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.aio.disk.AdmissionWindow;
import dev.sluice.aio.operation.DiskOperation;
import dev.sluice.containers.Priority;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.events.EventQueue;
import dev.sluice.events.EventQueueOptions;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.simulated.SimulatedFaults;
import dev.sluice.uring.simulated.SimulatedRing;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Goal: one submission that fails, or a moment in which the kernel takes none, costs no other operation its end. Method: a submission queue
 * of 4 entries.
 */
class FailedSubmissionsTest {
    private boolean takesNothing;

    private final SimulatedRing ring = new SimulatedRing(1L, 4, 64, new SimulatedFaults() {
        @Override
        public int accepted(int claimed, SplittableRandom random) {
            return takesNothing ? 0 : claimed;
        }
    });
    private final EventQueue events = EventQueue.over(ring, EventQueueOptions.defaults());
    private final AsyncIo io = AsyncIo.on(events);
    private final ResourceContainer normal = ResourceContainer.root("root").child("normal", Priority.NORMAL);

    @AfterEach
    void close() {
        events.close();
    }

    private Event next() {
        return events.dequeueNextEvents(1, Priority.IDLE, 0L).next();
    }

    private AsyncSocket[] sockets(int count) {
        final AsyncSocket[] sockets = new AsyncSocket[count];
        for (int i = 0; i < count; i++) {
            sockets[i] = io.newSocket();
            sockets[i].adopt(ring.host().streamPair()[0], normal, sockets[i]);
        }
        return sockets;
    }

    private Map<Object, Integer> resultsOfSomeTurns() {
        final Map<Object, Integer> results = new HashMap<>();
        for (int turn = 0; turn < 50; turn++) {
            final Event event = next();
            if (event != null) {
                assertThat(results.put(event.attachment(), event.result())).isNull();
            }
        }
        return results;
    }

    @Test
    void shouldCloseAllThatWasClosedWhileTheKernelTookNothing() {
        final AsyncSocket[] sockets = sockets(200);
        takesNothing = true;
        for (final AsyncSocket socket : sockets) {
            socket.close();
        }
        for (int turn = 0; turn < 100; turn++) {
            assertThat(next()).isNull();
        }
        takesNothing = false;
        int closed = 0;
        for (int turn = 0; turn < 300; turn++) {
            closed += next() == null ? 0 : 1;
        }

        assertThat(closed).isEqualTo(sockets.length);
        assertThat(io.openDescriptors()).isZero();
    }

    @Test
    void shouldEndADeferredOperationThatCannotBePreparedAndGoOnWithTheOthers() {
        final AsyncSocket[] sockets = sockets(2);
        final Unpreparable failing = new Unpreparable();
        io.port().begin(failing, normal, failing);
        sockets[0].close();
        io.context().submitSoon(failing);
        sockets[1].close();

        assertThatThrownBy(this::next).isInstanceOf(ArithmeticException.class);

        assertThat(resultsOfSomeTurns())
                .containsOnly(Map.entry(sockets[0], 0), Map.entry(sockets[1], 0), Map.entry(failing, -Errno.EINVAL));
    }

    @Test
    void shouldTakeBackThePlaceOfAnAdmittedOperationThatCannotBePrepared() {
        final AdmissionWindow window = io.context().admission().workers();
        for (int i = 0; i < 2 * AsyncIoOptions.defaults().openWindow(); i++) {
            final Unpreparable failing = new Unpreparable();
            io.port().begin(failing, normal, failing);
            window.await(failing);

            assertThatThrownBy(this::next).isInstanceOf(ArithmeticException.class);
            assertThat(window.inFlight()).isZero();
            assertThat(normal.inUse(Resource.DISK_OPERATIONS)).isZero();
            assertThat(next().result()).isEqualTo(-Errno.EINVAL);
        }
        assertThat(io.waitingOperations()).isZero();
    }

    private final class Unpreparable extends DiskOperation {
        Unpreparable() {
            super(FailedSubmissionsTest.this.io.context());
        }

        @Override
        protected void prepare(Sqe sqe) {
            throw new ArithmeticException("of the layer");
        }

        @Override
        protected void completed(int result, int flags) {
            throw new AssertionError("not submitted");
        }

        @Override
        protected int operation() {
            return Opcode.NOP;
        }
    }
}
