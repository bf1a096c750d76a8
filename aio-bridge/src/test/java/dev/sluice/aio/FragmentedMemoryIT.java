// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.Resource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An arena of which almost all is free, and a page of each slab is not: no block of the largest size is to be had. */
class FragmentedMemoryIT {
    private static final int SLABS = 4;
    private static final int PAGE_BYTES = 4096;
    private static final int PAGES_OF_SLAB = BufferArena.MAX_BLOCK_BYTES / PAGE_BYTES;

    private AioFixture aio;
    private BufferArena arena;

    /** One of each slab. */
    private final List<IoBuffer> pins = new ArrayList<>();

    @BeforeEach
    void open() {
        aio = new AioFixture(AsyncIoOptions.defaults()
                .withArenaBytes((long) SLABS * BufferArena.MAX_BLOCK_BYTES, 0L)
                .withRegisteredBuffers(false));
        arena = aio.io.arena();
        final List<IoBuffer> pages = new ArrayList<>();
        for (int i = 0; i < SLABS * PAGES_OF_SLAB; i++) {
            pages.add(arena.tryLease(PAGE_BYTES, aio.bulk));
        }
        for (int i = 0; i < pages.size(); i++) {
            if (i % PAGES_OF_SLAB == 0) {
                pins.add(pages.get(i));
            } else {
                pages.get(i).release();
            }
        }
    }

    @AfterEach
    void close() {
        pins.forEach(IoBuffer::release);
        aio.runUntil(aio::isIdle);
        assertThat(arena.leasedCount()).isZero();
        assertThat(arena.waiting()).isZero();
        assertThat(aio.root.inUse(Resource.BUFFER_BYTES)).isZero();
        aio.close();
    }

    private IoBuffer granted(Object attachment) {
        final AioFixture.Seen seen = aio.runOne();
        assertThat(seen.attachment()).isEqualTo(attachment);
        return (IoBuffer) seen.message();
    }

    @Test
    void shouldLetThoseGoWhoMakeDoWithWhatThereIsBeforeAnUrgentOneThatDoesNot() {
        arena.lease(BufferArena.MAX_BLOCK_BYTES, aio.urgent, "large");

        final IoBuffer page = arena.tryLease(PAGE_BYTES, aio.bulk);
        assertThat(page).isNotNull();
        arena.lease(16 * 1024, aio.normal, "small");
        granted("small").release();
        aio.expectSilence(1_000_000L);
        assertThat(arena.waiting()).isEqualTo(1);

        page.release();
        pins.remove(0).release();
        granted("large").release();
    }

    @Test
    void shouldHaveAllGoForWhomWhatCameBackLiesTogether() {
        arena.lease(BufferArena.MAX_BLOCK_BYTES, aio.urgent, "slab");
        final List<IoBuffer> quarters = new ArrayList<>();
        for (IoBuffer quarter = arena.tryLease(64 * 1024, aio.bulk);
                quarter != null;
                quarter = arena.tryLease(64 * 1024, aio.bulk)) {
            quarters.add(quarter);
        }
        assertThat(quarters).hasSize(3 * SLABS);
        for (int i = 0; i < 3; i++) {
            arena.lease(64 * 1024, aio.normal, "quarter");
        }
        aio.expectSilence(1_000_000L);
        assertThat(arena.waiting()).isEqualTo(4);

        quarters.remove(0).release(); // goes to who waits, and from there to the next one, and the next
        for (int i = 0; i < 3; i++) {
            granted("quarter").release();
        }
        quarters.forEach(IoBuffer::release);
        pins.remove(0).release();
        granted("slab").release();
    }

    @Test
    void shouldGrantALeaseOnceWhenLateReleasesComeInMeanwhile() throws InterruptedException {
        arena.lease(BufferArena.MAX_BLOCK_BYTES, aio.normal, "large");
        final Thread other = new Thread(() -> {
            pins.get(0).releaseLater();
            pins.get(1).releaseLater();
        });
        other.start();
        other.join();
        pins.get(3).release(); // has the line served
        assertThat(arena.tryLease(BufferArena.MAX_BLOCK_BYTES, aio.normal))
                .isNotNull()
                .satisfies(IoBuffer::release);
        granted("large").release();
        final IoBuffer left = pins.get(2);
        pins.clear();
        pins.add(left);
    }

    @Test
    void shouldForgetWhoIsCancelledWhileItWaitsForALargeBlock() {
        final long cancelled = arena.lease(BufferArena.MAX_BLOCK_BYTES, aio.urgent, "cancelled");
        arena.lease(BufferArena.MAX_BLOCK_BYTES, aio.normal, "large");
        assertThat(aio.io.cancel(cancelled)).isTrue();
        assertThat(granted("cancelled")).isNull();
        pins.remove(0).release();
        granted("large").release();
    }
}
