// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.simulated.SimulatedFaults;
import dev.sluice.uring.simulated.SimulatedRing;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: an accept that is to be paused goes on, also if it ends by itself before its pause is asked for. Method: with room for one
 * connection more than a multishot accept needs, the first that comes has it paused; the next completion of the same drain is its last.
 */
class PausedAcceptTest {
    /** The fewest connections for which a multishot accept is used. */
    private static final int ROOM = 8193;

    private static final int TURNS = 20;

    private final SimulatedRing simulated = new SimulatedRing(1L, 64, 256, SimulatedFaults.NONE);
    private final FaultingRing ring = new FaultingRing(simulated);
    private final AioFixture aio = new AioFixture(ring.asRing());
    private final int fd = simulated.host().listener();
    private final AsyncListener listener = aio.io.listener(fd, aio.normal, "listener");

    @AfterEach
    void close() {
        listener.close();
        aio.runUntil(aio::isIdle);
        assertThat(aio.events.counters().staleCompletions()).isZero();
        aio.close();
    }

    private void connect(int connections) {
        for (int i = 0; i < connections; i++) {
            simulated.host().connect(fd);
        }
    }

    private void runTurns() {
        for (int turn = 0; turn < TURNS; turn++) {
            aio.collect(aio.events.dequeueNextEvents(64, 0, 0L));
        }
    }

    private void expectAccepted(int connections) {
        assertThat(aio.seen).hasSize(connections).allMatch(PausedAcceptTest::isAccepted);
    }

    private static boolean isAccepted(Seen seen) {
        return seen.operation() == Opcode.ACCEPT && seen.result() >= 0 && (seen.flags() & CqeFlags.F_MORE) != 0;
    }

    @Test
    void shouldGoOnAfterItsPause() {
        connect(2);
        listener.accept(ROOM);
        runTurns();
        expectAccepted(2);

        connect(3);
        runTurns();

        expectAccepted(5);
    }

    @ParameterizedTest(name = "with errno {0}")
    @ValueSource(ints = {Errno.ECONNABORTED, Errno.EAGAIN, Errno.EINTR, Errno.EPROTO})
    void shouldGoOnWhenItEndsByItselfInTheDrainInWhichItsPauseIsAsked(int errno) {
        connect(2);
        ring.arm(listener.accept(ROOM), 2, kernels -> -errno, false);
        runTurns();
        expectAccepted(1);

        connect(3);
        runTurns();

        expectAccepted(4);
    }
}
