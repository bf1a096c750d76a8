// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.containers.Priority;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventQueue;
import dev.sluice.events.EventQueueOptions;
import dev.sluice.uring.simulated.SimulatedFaults;
import dev.sluice.uring.simulated.SimulatedRing;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who waits for a block that idle ones are in the way of gets it, however many others have offered theirs. */
class IdleLeasesModelTest {
    private static final int PAGE = 4096;
    private static final long ARENA_BYTES = 16L * BufferArena.MAX_BLOCK_BYTES;

    private final AioFixture aio = new AioFixture(
            EventQueue.over(new SimulatedRing(1L, 1024, 4096, SimulatedFaults.NONE), EventQueueOptions.defaults()),
            AsyncIoOptions.defaults().withArenaBytes(ARENA_BYTES).withRegisteredBuffers(false));
    private final BufferArena arena = aio.io.arena();
    private final ResourceContainer a = aio.normal.child("a");
    private final ResourceContainer b = aio.normal.child("b");
    private final List<Idle> asked = new ArrayList<>();
    private final List<Idle> offered = new ArrayList<>();

    @AfterEach
    void close() {
        aio.close();
    }

    private final class Idle extends IdleLease {
        private final IoBuffer block;

        Idle(ResourceContainer holder, IoBuffer block) {
            super(holder);
            this.block = block;
            offered.add(this);
            arena.offer(this);
        }

        @Override
        protected void giveBack() {
            asked.add(this);
        }

        void end() {
            arena.withdraw(this);
            block.release();
            offered.remove(this);
        }
    }

    private void offer(int count, ResourceContainer holder) {
        for (int i = 0; i < count; i++) {
            final Idle idle = new Idle(holder, arena.tryLease(PAGE, holder));
            assertThat(idle.block).isNotNull();
        }
    }

    /** Who was asked gives back, a turn later. */
    private void turns(int count) {
        for (int i = 0; i < count; i++) {
            final List<Idle> giving = List.copyOf(asked);
            asked.clear();
            giving.forEach(Idle::end);
            aio.collect(aio.events.dequeueNextEvents(64, Priority.IDLE, 0L));
        }
    }

    @Test
    void shouldAskThoseOfAFullClassBehindManyOthers() {
        a.setLimit(Resource.BUFFER_BYTES, 2L * PAGE);
        offer(300, b);
        offer(2, a);

        arena.lease(PAGE, a.child("client"), "leased");
        turns(30);

        assertThat(aio.seen).extracting(Seen::attachment).containsExactly("leased");
        assertThat(offered).as("nobody of another class was in the way").hasSizeGreaterThanOrEqualTo(300);
    }

    /** The limit is more than half free, so memory is not short for the class; a large block has no room all the same. */
    @Test
    void shouldAskThoseForWhomMemoryIsNotShortIfThatHelps() {
        a.setLimit(Resource.BUFFER_BYTES, BufferArena.MAX_BLOCK_BYTES + PAGE);
        offer(2, a);
        assertThat(arena.isShort(a)).isFalse();

        arena.lease(BufferArena.MAX_BLOCK_BYTES, a, "leased");
        turns(10);

        assertThat(aio.seen).extracting(Seen::attachment).containsExactly("leased");
    }

    @Test
    void shouldAskWhoOffersWhileSomebodyWaits() {
        a.setLimit(Resource.BUFFER_BYTES, 2L * PAGE);
        offer(100, b);
        final IoBuffer one = arena.tryLease(PAGE, a);
        final IoBuffer two = arena.tryLease(PAGE, a);
        arena.lease(PAGE, a, "leased");
        turns(10);
        assertThat(aio.seen).isEmpty();

        final Idle idle = new Idle(a, one);
        turns(3);

        assertThat(aio.seen).extracting(Seen::attachment).containsExactly("leased");
        assertThat(offered).doesNotContain(idle).hasSize(100);
        two.release();
    }

    @Test
    void shouldAskAnybodyForBlocksThatDoNotLieTogether() {
        final List<IoBuffer> pages = new ArrayList<>();
        for (IoBuffer page = arena.tryLease(PAGE, a); page != null; page = arena.tryLease(PAGE, a)) {
            pages.add(page);
        }
        for (int i = 0; i < pages.size(); i++) {
            if (i % 16 == 0) {
                new Idle(a, pages.get(i));
            } else {
                pages.get(i).release();
            }
        }
        assertThat(arena.isShort(a)).isFalse();

        arena.lease(16 * PAGE, b, "leased");
        turns(10);

        assertThat(aio.seen).extracting(Seen::attachment).containsExactly("leased");
    }

    static LongStream seeds() {
        final Long replayed = Long.getLong("seed");
        return replayed != null ? LongStream.of(replayed) : LongStream.rangeClosed(1L, 20L);
    }

    /**
     * Goal: whoever waits is served as soon as nothing is in his way but idle blocks. Method: classes with limits that change, offers, leases of any
     * size at random; at each rest only blocks in use keep anybody waiting, and when they are given back nobody waits. Replay: -Dseed=N.
     */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void shouldServeEverybodyWhateverIsOffered(long seed) {
        final Random random = new Random(seed);
        final List<ResourceContainer> classes = List.of(a, b, a.child("1"), a.child("2"), b.child("1"), aio.bulk);
        final List<IoBuffer> used = new ArrayList<>();
        int leases = 0;
        for (int step = 0; step < 300; step++) {
            final ResourceContainer holder = classes.get(random.nextInt(classes.size()));
            switch (random.nextInt(6)) {
                case 0 -> holder.setLimit(Resource.BUFFER_BYTES, (long) PAGE << random.nextInt(12));
                case 1 -> holder.setLimit(Resource.BUFFER_BYTES, ResourceContainer.NO_LIMIT);
                case 2, 3 -> {
                    for (int i = random.nextInt(80); i > 0; i--) {
                        final IoBuffer block = arena.tryLease(PAGE, holder);
                        if (block != null) {
                            new Idle(holder, block);
                        }
                    }
                }
                case 4 -> {
                    arena.lease(PAGE << (2 * random.nextInt(4)), holder, "leased");
                    leases++;
                }
                default -> {
                    if (!offered.isEmpty()) { // one that is used now
                        final Idle idle = offered.remove(random.nextInt(offered.size()));
                        asked.remove(idle);
                        arena.withdraw(idle);
                        used.add(idle.block);
                    }
                }
            }
            turns(random.nextInt(3));
        }
        used.forEach(IoBuffer::release);
        for (int left = leases; left > 0; ) { // what was waited for is given back, too
            turns(40);
            assertThat(aio.seen).as("seed=%d, who was served of %d", seed, left).isNotEmpty();
            left -= aio.seen.size();
            final List<Seen> served = List.copyOf(aio.seen);
            aio.seen.clear();
            served.forEach(seen -> ((IoBuffer) seen.message()).release());
        }
        assertThat(arena.waiting()).isZero();
        assertThat(arena.leasedCount()).isEqualTo(offered.size());
    }
}
