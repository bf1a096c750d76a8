// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.aio.line.LineOrder;
import dev.sluice.aio.line.Supply;
import dev.sluice.aio.memory.Arena;
import dev.sluice.aio.memory.BlockSettings;
import dev.sluice.aio.memory.LateReleases;
import dev.sluice.containers.Priority;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.RegisteredBuffers;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Blocks and who has them, on a clock of the test's. */
class BufferArenaTest {
    private static final long MAX_BYTES = 4L * BufferArena.MAX_BLOCK_BYTES;

    private long nowNs = 1_000L;
    private int wakeups;

    /** Those that blocks were leased of. */
    private final Set<Long> slabs = new HashSet<>();

    private final LateReleases lateReleases = new LateReleases(() -> wakeups++);
    private final BufferArena arena = arena(false);
    private final ResourceContainer root = ResourceContainer.root("root");
    private final ResourceContainer first = root.child("first");
    private final ResourceContainer second = root.child("second");

    private BufferArena arena(boolean checked) {
        return arena(lateReleases, checked);
    }

    private BufferArena arena(LateReleases ofThread, boolean checked) {
        final Arena blocks = new Arena(
                null, // nobody waits
                new Supply(new LineOrder(), Resource.BUFFER_BYTES, MAX_BYTES, 0L, Priority.HIGH),
                () -> nowNs,
                address -> RegisteredBuffers.NONE,
                new BlockSettings(ofThread, checked, IoBuffer::new));
        return new BufferArena(blocks, null, () -> {});
    }

    @Test
    void shouldTellWhoHoldsABlockSinceWhenTheLongestFirst() {
        final IoBuffer page = arena.tryLease(1, first);
        nowNs += 5L;
        final IoBuffer large = arena.tryLease(BufferArena.MAX_BLOCK_BYTES, second);
        large.block.lendToKernel();
        nowNs += 7L;
        arena.tryLease(4097);

        assertThat(arena.longestHeld(8))
                .containsExactly(
                        new HeldBuffer(first, 12L, 4096, false),
                        new HeldBuffer(second, 7L, BufferArena.MAX_BLOCK_BYTES, true),
                        new HeldBuffer(null, 0L, 16 * 1024, false));
        assertThat(arena.longestHeld(1)).extracting(HeldBuffer::holder).containsExactly(first);
        page.release();
        assertThat(arena.longestHeld(1)).extracting(HeldBuffer::holder).containsExactly(second);
        assertThat(arena.longestHeld(0)).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> arena.longestHeld(-1));
    }

    @Test
    void shouldBeExhaustedAtItsBoundAndServeAgainAfterARelease() {
        final List<IoBuffer> held = new ArrayList<>();
        for (IoBuffer buffer = arena.tryLease(64 * 1024, first);
                buffer != null;
                buffer = arena.tryLease(64 * 1024, first)) {
            held.add(buffer);
        }

        assertThat(held).hasSize((int) (MAX_BYTES / (64 * 1024)));
        assertThat(arena.allocatedBytes()).isEqualTo(MAX_BYTES);
        assertThat(arena.tryLease(1)).isNull();
        held.get(0).release();
        final List<IoBuffer> pages = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            pages.add(arena.tryLease(1, second));
        }
        assertThat(pages).doesNotContainNull();
        assertThat(arena.tryLease(1)).isNull();
        pages.forEach(IoBuffer::release);
        assertThat(arena.tryLease(64 * 1024))
                .as("of the pages that lie together again")
                .isNotNull();
    }

    @Test
    void shouldServeAnySizeOfWhatWasGivenBackInPages() {
        for (final int bytes : new int[] {4_096, 16 * 1024, 64 * 1024, BufferArena.MAX_BLOCK_BYTES, 4_096}) {
            final List<IoBuffer> held = new ArrayList<>();
            for (IoBuffer buffer = arena.tryLease(bytes); buffer != null; buffer = arena.tryLease(bytes)) {
                assertThat(buffer.capacityBytes()).isEqualTo(bytes);
                held.add(buffer);
            }
            assertThat(held).hasSize((int) (MAX_BYTES / bytes));
            Collections.shuffle(held, new Random(bytes));
            held.forEach(IoBuffer::release);
        }
    }

    /** Pages are taken from where something is leased already, so that what is free stays in large blocks. */
    @Test
    void shouldFillHolesBeforeItBreaksALargeBlock() {
        final IoBuffer large = arena.tryLease(BufferArena.MAX_BLOCK_BYTES);
        final IoBuffer page = arena.tryLease(1);
        large.release();
        for (int i = 0; i < 63; i++) {
            arena.tryLease(1);
        }

        assertThat(arena.tryLease(BufferArena.MAX_BLOCK_BYTES)).isSameAs(large);
        assertThat(arena.allocatedBytes()).isEqualTo(2L * BufferArena.MAX_BLOCK_BYTES);
        page.release();
        assertThat(arena.tryLease(1)).isSameAs(page);
    }

    /** Replay: -Dseed=N. */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("dev.sluice.aio.disk.AdmissionWindowIT#seeds")
    void shouldAgreeWithAListOfWhatIsLeased(long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final List<IoBuffer> held = new ArrayList<>();
        final Map<IoBuffer, HeldBuffer> said = new HashMap<>(); // since when, in the place of how long
        final Set<Long> pages = new HashSet<>();
        final int most = 1 + random.nextInt(300);
        for (int step = 0; step < 20_000; step++) {
            nowNs += random.nextInt(3);
            if (held.size() < most && random.nextInt(8) < 5) {
                final int minBytes = 1 + random.nextInt(BufferArena.MAX_BLOCK_BYTES >> (2 * random.nextInt(4)));
                final ResourceContainer holder = random.nextBoolean() ? first : second;
                final IoBuffer buffer = arena.tryLease(minBytes, holder);
                if (buffer != null) {
                    assertThat(buffer.capacityBytes())
                            .as("seed=%d minBytes=%d", seed, minBytes)
                            .isGreaterThanOrEqualTo(minBytes)
                            .isLessThan(Math.max(4_097, 4 * minBytes));
                    assertThat(buffer.block.address() % buffer.capacityBytes()).isZero();
                    slabs.add(buffer.block.address() & -BufferArena.MAX_BLOCK_BYTES);
                    for (long at = buffer.block.address();
                            at < buffer.block.address() + buffer.capacityBytes();
                            at += 4_096) {
                        assertThat(pages.add(at))
                                .as("seed=%d step=%d: in two blocks", seed, step)
                                .isTrue();
                    }
                    assertThat(said.put(buffer, new HeldBuffer(holder, nowNs, buffer.capacityBytes(), false)))
                            .as("seed=%d step=%d", seed, step)
                            .isNull();
                    held.add(buffer);
                } else {
                    assertThat(isFree(pages, minBytes))
                            .as("seed=%d step=%d minBytes=%d", seed, step, minBytes)
                            .isFalse();
                }
            } else if (!held.isEmpty()) {
                final IoBuffer buffer = held.remove(random.nextInt(held.size()));
                said.remove(buffer);
                for (long at = buffer.block.address();
                        at < buffer.block.address() + buffer.capacityBytes();
                        at += 4_096) {
                    pages.remove(at);
                }
                buffer.release();
            }
            assertThat(arena.leasedCount()).as("seed=%d step=%d", seed, step).isEqualTo(held.size());
            if (step % 500 == 0) {
                assertThat(arena.longestHeld(Integer.MAX_VALUE))
                        .as("seed=%d step=%d", seed, step)
                        .extracting(
                                h -> new HeldBuffer(h.holder(), nowNs - h.heldNs(), h.capacityBytes(), h.inFlight()))
                        .containsExactlyInAnyOrderElementsOf(said.values());
            }
        }
        held.forEach(IoBuffer::release);
        assertThat(arena.longestHeld(1)).isEmpty();
        for (int i = 0; i < MAX_BYTES / BufferArena.MAX_BLOCK_BYTES; i++) {
            assertThat(arena.tryLease(BufferArena.MAX_BLOCK_BYTES))
                    .as("seed=%d", seed)
                    .isNotNull();
        }
    }

    /** Whether a block of at least so many bytes could be leased, looked for one place after the other. */
    private boolean isFree(Set<Long> leasedPages, int minBytes) {
        int blockBytes = 4_096;
        while (blockBytes < minBytes) {
            blockBytes *= 4;
        }
        for (final long slab : slabs) {
            for (long block = slab; block < slab + BufferArena.MAX_BLOCK_BYTES; block += blockBytes) {
                boolean free = true;
                for (long page = block; page < block + blockBytes; page += 4_096) {
                    free &= !leasedPages.contains(page);
                }
                if (free) {
                    return true;
                }
            }
        }
        return slabs.size() < MAX_BYTES / BufferArena.MAX_BLOCK_BYTES;
    }

    @Test
    void shouldRefuseOtherThreadsWithAdvice() throws Exception {
        final IoBuffer buffer = arena.tryLease(1, first);

        assertThat(failureElsewhere(buffer::release))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("releaseLater()")
                .hasMessageContaining(Thread.currentThread().getName());
        assertThat(failureElsewhere(() -> arena.tryLease(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Mailbox");
        assertThat(arena.leasedCount()).isEqualTo(1);
        buffer.release();
    }

    /** As when another thread closes the queue in its place. */
    @Test
    void shouldServeAnybodyOnceItsThreadHasDied() throws Exception {
        final AtomicReference<LateReleases> ofTheDead = new AtomicReference<>();
        assertThat(failureElsewhere(() -> ofTheDead.set(new LateReleases(() -> {}))))
                .isNull();
        final BufferArena left = arena(ofTheDead.get(), false);

        left.tryLease(1).release();
        assertThat(left.leasedCount()).isZero();
    }

    private static Throwable failureElsewhere(Runnable action) throws InterruptedException {
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        final Thread other = new Thread(() -> {
            try {
                action.run();
            } catch (RuntimeException e) {
                failure.set(e);
            }
        });
        other.start();
        other.join();
        return failure.get();
    }

    @Test
    void shouldTakeInWhatAnotherThreadReleasedWhenItIsNeeded() throws Exception {
        final List<IoBuffer> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(arena.tryLease(BufferArena.MAX_BLOCK_BYTES));
        }
        assertThat(failureElsewhere(all.get(0)::releaseLater)).isNull();
        assertThat(wakeups).as("nobody waits for it").isZero();
        assertThatIllegalStateException().isThrownBy(() -> all.get(0).bytes()).withMessageContaining("released");
        assertThatIllegalStateException().isThrownBy(() -> all.get(0).release()).withMessageContaining("twice");
        assertThatIllegalStateException()
                .isThrownBy(() -> all.get(0).releaseLater())
                .withMessageContaining("twice");
        assertThatIllegalStateException().isThrownBy(() -> all.get(0).block.lendToKernel());
        assertThat(arena.leasedCount()).isEqualTo(4);
        assertThat(arena.tryLease(1)).isNotNull();
        assertThat(arena.leasedCount()).isEqualTo(4);

        all.get(1).block.lendToKernel();
        assertThat(failureElsewhere(all.get(1)::releaseLater)).hasMessageContaining("kernel");
        all.get(1).block.takeFromKernel(0);
        assertThat(arena.tryLease(BufferArena.MAX_BLOCK_BYTES)).isNull();
        assertThat(failureElsewhere(all.get(1)::releaseLater)).isNull();
        assertThat(wakeups).as("a lease was refused before").isEqualTo(1);
        assertThat(lateReleases.collect()).isTrue();
        assertThat(lateReleases.collect()).isFalse();
        assertThat(failureElsewhere(all.get(2)::releaseLater)).isNull();
        assertThat(wakeups).isEqualTo(1);
    }

    /** Goal: no block has two owners. Method: each writes its own number into it, and finds it there when it is done. */
    @Test
    void shouldGiveNoBlockToTwoOwnersWhileOtherThreadsRelease() throws Exception {
        final ExecutorService others = Executors.newFixedThreadPool(4);
        final AtomicInteger spoilt = new AtomicInteger();
        try {
            for (int i = 0; i < 100_000; i++) {
                final IoBuffer buffer = leaseSpinning(4_096 << (2 * (i % 4)));
                final int number = i;
                buffer.bytes().putInt(0, number);
                if (i % 3 == 0) {
                    buffer.release();
                } else {
                    others.execute(() -> {
                        if (buffer.bytes().getInt(0) != number) {
                            spoilt.incrementAndGet();
                        }
                        buffer.releaseLater();
                    });
                }
            }
        } finally {
            others.shutdown();
            assertThat(others.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        }
        lateReleases.collect();

        assertThat(spoilt).hasValue(0);
        assertThat(arena.leasedCount()).isZero();
        for (int i = 0; i < 4; i++) {
            assertThat(arena.tryLease(BufferArena.MAX_BLOCK_BYTES)).isNotNull();
        }
    }

    private IoBuffer leaseSpinning(int bytes) {
        IoBuffer buffer = arena.tryLease(bytes);
        while (buffer == null) {
            Thread.onSpinWait();
            buffer = arena.tryLease(bytes);
        }
        return buffer;
    }

    @Test
    void shouldMakeEachLeaseAnObjectOfItsOwnIfChecked() {
        final BufferArena checked = arena(true);
        final IoBuffer stale = checked.tryLease(1, first);
        final ByteBuffer view = stale.bytes();
        view.putInt(0, 1);
        stale.release();
        final IoBuffer next = checked.tryLease(1, second);

        assertThat(next).isNotSameAs(stale);
        assertThat(next.block.address()).isEqualTo(stale.block.address());
        assertThat(view.getInt(0)).as("of another by now").isEqualTo(0xDBDBDBDB);
        assertThatIllegalStateException().isThrownBy(stale::bytes).withStackTraceContaining("it was released here");
        assertThatIllegalStateException().isThrownBy(stale::release).withStackTraceContaining("it was released here");
        assertThatIllegalStateException().isThrownBy(stale::releaseLater);
        assertThatIllegalStateException().isThrownBy(stale.block::lendToKernel);
        assertThat(checked.longestHeld(5)).extracting(HeldBuffer::holder).containsExactly(second);
        next.release();
        assertThat(checked.leasedCount()).isZero();
    }
}
