package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.RegisteredBuffers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Blocks and who has them, on a clock of the test's. */
class BufferArenaTest {
    private static final long MAX_BYTES = 4L * BufferArena.MAX_BLOCK_BYTES;

    private long nowNs = 1_000L;
    private final BufferArena arena = new BufferArena(MAX_BYTES, () -> nowNs, address -> RegisteredBuffers.NONE);
    private final ResourceContainer root = ResourceContainer.root("root");
    private final ResourceContainer first = root.child("first");
    private final ResourceContainer second = root.child("second");

    @Test
    void shouldTellWhoHoldsABlockSinceWhenTheLongestFirst() {
        final IoBuffer page = arena.lease(1, first);
        nowNs += 5L;
        final IoBuffer large = arena.lease(BufferArena.MAX_BLOCK_BYTES, second);
        large.lendToKernel();
        nowNs += 7L;
        arena.lease(4097);

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
        for (IoBuffer buffer = arena.lease(64 * 1024, first); buffer != null; buffer = arena.lease(64 * 1024, first)) {
            held.add(buffer);
        }

        assertThat(held).hasSize((int) (MAX_BYTES / (64 * 1024)));
        assertThat(arena.allocatedBytes()).isEqualTo(MAX_BYTES);
        assertThat(arena.lease(1)).isNull();
        held.get(0).release();
        final IoBuffer again = arena.lease(1, second);
        assertThat(again).as("a larger block, for want of a small one").isSameAs(held.get(0));
    }

    /** Replay: -Dseed=N. */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("dev.sluice.aio.AdmissionWindowIT#seeds")
    void shouldAgreeWithAListOfWhatIsLeased(long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final List<IoBuffer> held = new ArrayList<>();
        final Map<IoBuffer, HeldBuffer> said = new HashMap<>(); // since when, in the place of how long
        for (int step = 0; step < 20_000; step++) {
            nowNs += random.nextInt(3);
            if (random.nextBoolean()) {
                final int minBytes = 1 + random.nextInt(BufferArena.MAX_BLOCK_BYTES >> (2 * random.nextInt(4)));
                final ResourceContainer holder = random.nextBoolean() ? first : second;
                final IoBuffer buffer = arena.lease(minBytes, holder);
                if (buffer != null) {
                    assertThat(buffer.capacityBytes()).as("seed=%d", seed).isGreaterThanOrEqualTo(minBytes);
                    assertThat(said.put(buffer, new HeldBuffer(holder, nowNs, buffer.capacityBytes(), false)))
                            .as("seed=%d step=%d", seed, step)
                            .isNull();
                    held.add(buffer);
                }
            } else if (!held.isEmpty()) {
                final IoBuffer buffer = held.remove(random.nextInt(held.size()));
                said.remove(buffer);
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
    }
}
