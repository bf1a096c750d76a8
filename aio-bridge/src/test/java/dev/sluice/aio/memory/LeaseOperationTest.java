// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.line.LineOrder;
import dev.sluice.aio.line.Supply;
import dev.sluice.containers.Priority;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.events.EventBatch;
import dev.sluice.events.EventQueue;
import dev.sluice.events.EventQueueOptions;
import dev.sluice.events.operation.RegisteredBuffers;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.memory.NativeMemory;
import dev.sluice.uring.simulated.SimulatedFaults;
import dev.sluice.uring.simulated.SimulatedRing;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who waits for a block when the system has no memory for it. */
class LeaseOperationTest {
    private static final long MAX_BYTES = 64L * Arena.MAX_BLOCK_BYTES;

    private final EventQueue events =
            EventQueue.over(new SimulatedRing(1L, 1024, 4096, SimulatedFaults.NONE), EventQueueOptions.defaults());
    private final ResourceContainer holder = ResourceContainer.root("root").child("holder");
    private final Supply supply = new Supply(new LineOrder(), Resource.BUFFER_BYTES, MAX_BYTES, 0L, Priority.HIGH);
    private boolean systemIsShort;
    private final Arena arena = new Arena(
            events.operations(),
            supply,
            events::nanoTime,
            address -> RegisteredBuffers.NONE,
            new BlockSettings(new LateReleases(() -> {}), false, block -> block),
            this::piece);

    private ByteBuffer piece() {
        if (systemIsShort) {
            throw Errno.unchecked("mmap", Errno.ENOMEM);
        }
        return NativeMemory.piece();
    }

    @AfterEach
    void close() {
        events.close();
        arena.close();
    }

    @Test
    void shouldEndEachThatWaitsWhenTheSystemHasNoMemory() {
        supply.took(MAX_BYTES, null);
        final int waiting = 4_000; // more than one stack has room for, if each let the next one go
        for (int i = 0; i < waiting; i++) {
            assertThat(arena.lease(1, holder, i)).isPositive();
        }
        systemIsShort = true;

        supply.gaveBack(MAX_BYTES, null);

        final EventBatch batch = events.dequeueNextEvents(Integer.MAX_VALUE, Priority.IDLE, 0L);
        for (int i = 0; i < waiting; i++) {
            final Event event = batch.next();
            assertThat(event.attachment()).isEqualTo(i);
            assertThat(event.result()).isEqualTo(-Errno.ENOMEM);
            assertThat(event.message()).isNull();
        }
        assertThat(batch.next()).isNull();
        assertThat(supply.inUse()).isZero();
        assertThat(supply.inUse(holder)).isZero();
        assertThat(supply.waitingCount()).isZero();
    }

    @Test
    void shouldHaveBlocksAgainWhenTheSystemHasMemory() {
        systemIsShort = true;
        assertThat(arena.tryLease(1, holder)).isNull();
        assertThat(supply.inUse()).isZero();
        systemIsShort = false;

        arena.lease(1, holder, "later");

        final Event event = events.dequeueNextEvents(1, Priority.IDLE, 0L).next();
        assertThat(event.result()).isZero();
        ((Block) event.message()).release();
        assertThat(supply.inUse()).isZero();
    }
}
