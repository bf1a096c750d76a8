// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.process.ErrnoException;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventHandler;
import dev.sluice.uring.linux.Errno;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who waits for a block that the system has no memory for asks again, but not at full speed. */
class BlockWaitIT {
    private static final long ENOUGH_NS = 350_000_000L;

    private final ProtocolFixture fixture = new ProtocolFixture();
    private final AsyncIo io = fixture.aio.io;
    private final ResourceContainer container = fixture.aio.normal;
    private final InFlight wire = new InFlight(fixture.aio.events, io, container, () -> {});
    private final List<IoBuffer> had = new ArrayList<>();
    private final BlockWait wait = new BlockWait(wire, this::lease, had::add);
    private boolean systemIsShort = true;
    private int asked;

    @AfterEach
    void nothingIsLeft() {
        fixture.assertNothingLeft();
        fixture.close();
    }

    private long lease(EventHandler attachment) {
        asked++;
        return systemIsShort
                ? io.blockingWork()
                        .call(
                                () -> {
                                    throw new ErrnoException("mmap", "", Errno.ENOMEM);
                                },
                                container,
                                attachment)
                : io.arena().lease(4096, container, attachment);
    }

    private void runFor(long durationNs) {
        final long startNs = System.nanoTime();
        fixture.runUntil(() -> System.nanoTime() - startNs > durationNs);
    }

    @Test
    void shouldAskAgainNowAndThenUntilThereIsMemory() {
        wait.begin();
        runFor(ENOUGH_NS);

        assertThat(asked).as("every 100 ms").isBetween(2, 5);
        assertThat(wire.count()).isEqualTo(1);
        assertThat(had).isEmpty();
        systemIsShort = false;
        fixture.runUntil(() -> !had.isEmpty());
        had.get(0).release();
        assertThat(wire.count()).isZero();
    }

    @Test
    void shouldAskNoMoreOnceItIsGivenUp() {
        wait.begin();
        fixture.runUntil(() -> asked == 1);
        fixture.runTurn();
        wait.giveUp();
        fixture.runUntil(() -> wire.count() == 0);

        assertThat(had).containsExactly((IoBuffer) null);
        assertThat(asked).isEqualTo(1);
    }

    @Test
    void shouldEndWhenItIsCancelled() {
        systemIsShort = false;
        container.setLimit(dev.sluice.containers.Resource.BUFFER_BYTES, 4096L);
        final IoBuffer taken = io.arena().tryLease(4096, container);
        wait.begin();
        wire.cancelAll();
        fixture.runUntil(() -> wire.count() == 0);

        assertThat(had).containsExactly((IoBuffer) null);
        taken.release();
    }
}
