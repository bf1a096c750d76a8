// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.Ring;
import dev.sluice.uring.RingOptions;
import dev.sluice.uring.RingUnavailableException;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.emulated.EmulatedRing;
import dev.sluice.uring.kernel.KernelRing;
import dev.sluice.uring.memory.NativeMemory;
import dev.sluice.uring.simulated.SimulatedRing;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;

/** A ring owned by the test's thread, its world, and memory for arguments. Closes what it was given to close. */
public final class RingTester implements AutoCloseable {

    public static final int MEMORY_BYTES = 1 << 16;

    private static final long PATIENCE_NS = 10_000_000_000L;

    public final Ring ring;
    public final RingWorld world;
    public final NativeMemory memory = NativeMemory.map(MEMORY_BYTES);
    public final ByteBuffer bytes = memory.buffer(0, MEMORY_BYTES);

    private final List<Completion> seen = new ArrayList<>();
    private final Deque<Integer> toClose = new ArrayDeque<>();

    public record Completion(long userData, int result, int flags) {
        public boolean isLast() {
            return (flags & CqeFlags.F_MORE) == 0;
        }
    }

    private RingTester(Ring ring, RingWorld world) {
        this.ring = ring;
        this.world = world;
        ring.enable();
    }

    /** On a ring without a kernel. */
    public static RingTester simulated(SimulatedRing ring) {
        return new RingTester(ring, new SimulatedWorld(ring));
    }

    /** On a ring that does without io_uring. */
    public static RingTester emulated(int entries, int cqEntries) {
        final RingOptions options = new RingOptions(entries, cqEntries);
        return new RingTester(EmulatedRing.open(options), new KernelWorld());
    }

    public static RingTester open() {
        return open(new RingOptions(64, 256));
    }

    /** Skips the test, saying why, where this process cannot have a ring. */
    public static RingTester open(RingOptions options) {
        return open(() -> KernelRing.open(options));
    }

    /** As {@link #open(RingOptions)}, of a ring that is opened in a certain way. */
    public static RingTester open(Supplier<KernelRing> opening) {
        try {
            return new RingTester(opening.get(), new KernelWorld());
        } catch (RingUnavailableException e) {
            Assumptions.abort("no io_uring here: " + e.getMessage());
            throw e;
        }
    }

    public int closeLater(int fd) {
        assertThat(fd).as("descriptor").isNotNegative();
        toClose.push(fd);
        return fd;
    }

    public int[] closeLater(int[] fds) {
        for (final int fd : fds) {
            closeLater(fd);
        }
        return fds;
    }

    public long address(int offset) {
        return memory.address() + offset;
    }

    /** Writes a NUL-terminated name and returns its address. */
    public long name(int offset, String name) {
        final byte[] encoded = name.getBytes(StandardCharsets.UTF_8);
        bytes.put(offset, encoded).put(offset + encoded.length, (byte) 0);
        return address(offset);
    }

    public void put(int offset, String text) {
        bytes.put(offset, text.getBytes(StandardCharsets.UTF_8));
    }

    public String text(int offset, int length) {
        final byte[] copy = new byte[length];
        bytes.get(offset, copy);
        return new String(copy, StandardCharsets.UTF_8);
    }

    /** Claims, prepares and submits one entry. */
    public void start(long userData, Consumer<Sqe> prep) {
        final Sqe sqe = ring.tryClaim();
        prep.accept(sqe);
        sqe.userData(userData);
        ring.submit();
    }

    /** Carries one operation out and returns its result. */
    public int run(Consumer<Sqe> prep) {
        start(4711L, prep);
        return await(4711L).result();
    }

    /** The next completion of an operation; those of others are kept. */
    public Completion await(long userData) {
        final long deadlineNs = ring.nanoTime() + PATIENCE_NS;
        while (true) {
            ring.drainCompletions(
                    (data, result, flags) -> seen.add(new Completion(data, result, flags)), Integer.MAX_VALUE);
            for (final Completion completion : seen) {
                if (completion.userData() == userData) {
                    seen.remove(completion);
                    return completion;
                }
            }
            final long leftNs = deadlineNs - ring.nanoTime();
            assertThat(leftNs)
                    .as("time left for the completion of %d; others seen: %s", userData, seen)
                    .isPositive();
            ring.submitAndWait(1, leftNs);
        }
    }

    /** What has completed by now, without waiting. */
    public List<Completion> completed() {
        ring.submit();
        ring.drainCompletions(
                (data, result, flags) -> seen.add(new Completion(data, result, flags)), Integer.MAX_VALUE);
        final List<Completion> all = List.copyOf(seen);
        seen.clear();
        return all;
    }

    /** Checks that a call by a thread that does not own the ring is refused, naming both. */
    public void assertRefusesAnotherThread(String name, Consumer<Ring> call) {
        final CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        final Thread stranger = new Thread(
                () -> {
                    try {
                        assertThat(ring.isOwnerThread()).isFalse();
                        call.accept(ring);
                        thrown.complete(null);
                    } catch (Throwable e) {
                        thrown.complete(e);
                    }
                },
                "stranger");
        stranger.start();

        assertThat(thrown)
                .as(name)
                .succeedsWithin(10, TimeUnit.SECONDS)
                .isInstanceOfSatisfying(
                        IllegalStateException.class,
                        e -> assertThat(e)
                                .hasMessage("the ring belongs to thread \""
                                        + Thread.currentThread().getName()
                                        + "\", called from thread \"stranger\""));
    }

    @Override
    public void close() {
        ring.close();
        toClose.forEach(Descriptors::close);
        world.end();
        memory.close();
    }
}
