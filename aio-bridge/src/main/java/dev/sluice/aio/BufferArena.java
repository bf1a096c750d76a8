package dev.sluice.aio;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.RegisteredBuffers;
import dev.sluice.uring.NativeMemory;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.LongToIntFunction;

/**
 * The one place that buffers come from: page-aligned blocks of 4, 16, 64 and 256 KiB, bounded together. Memory is taken
 * from the system as it is first needed and kept; leasing and releasing allocate nothing otherwise.
 *
 * <p>An arena that has no block left answers null: the caller starts less until something is released. {@link
 * #longestHeld} tells who has what, and for how long. Belongs to the thread of its queue.
 */
public final class BufferArena {
    /** The largest block that can be leased. */
    public static final int MAX_BLOCK_BYTES = 256 * 1024;

    private static final int PAGE_BYTES = 4096;
    private static final int[] BLOCK_BYTES = {PAGE_BYTES, 16 * 1024, 64 * 1024, MAX_BLOCK_BYTES};

    private final long maxBytes;
    private final LongSupplier clock;

    /** Registers a slab by its address. */
    private final LongToIntFunction registry;

    private final ArrayDeque<IoBuffer>[] free;

    /** Free or leased. */
    private final List<IoBuffer> blocks = new ArrayList<>();

    /** What slabs are cut from: a block is in one piece for the disk. */
    private ByteBuffer piece = ByteBuffer.allocate(0);

    private long allocatedBytes;
    private long registeredBytes;
    private int leased;

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of generic deques
    BufferArena(long maxBytes, LongSupplier clock, LongToIntFunction registry) {
        if (maxBytes < MAX_BLOCK_BYTES) {
            throw new IllegalArgumentException(
                    "an arena holds at least one block of " + MAX_BLOCK_BYTES + " bytes: maxBytes=" + maxBytes);
        }
        this.maxBytes = maxBytes;
        this.clock = clock;
        this.registry = registry;
        free = new ArrayDeque[BLOCK_BYTES.length];
        for (int i = 0; i < free.length; i++) {
            free[i] = new ArrayDeque<>();
        }
    }

    /**
     * Leases a block, cleared, of at least {@code minBytes}, for nobody in particular.
     *
     * @param minBytes 1 to {@link #MAX_BLOCK_BYTES}
     * @return the buffer, or null while the arena is exhausted
     * @throws IllegalArgumentException if {@code minBytes} is out of range
     */
    public IoBuffer lease(int minBytes) {
        return lease(minBytes, null);
    }

    /**
     * Leases a block, cleared, of at least {@code minBytes}.
     *
     * @param minBytes 1 to {@link #MAX_BLOCK_BYTES}
     * @param holder whom {@link #longestHeld} names, may be null
     * @return the buffer, or null while the arena is exhausted
     * @throws IllegalArgumentException if {@code minBytes} is out of range
     */
    public IoBuffer lease(int minBytes, ResourceContainer holder) {
        if (minBytes < 1 || minBytes > MAX_BLOCK_BYTES) {
            throw new IllegalArgumentException("minBytes must be 1.." + MAX_BLOCK_BYTES + ": minBytes=" + minBytes);
        }
        int sizeClass = 0;
        while (BLOCK_BYTES[sizeClass] < minBytes) {
            sizeClass++;
        }
        if (free[sizeClass].isEmpty() && !addSlab(sizeClass)) {
            sizeClass = nextLargerWithFree(sizeClass);
            if (sizeClass < 0) {
                return null;
            }
        }
        final IoBuffer buffer = free[sizeClass].pop();
        buffer.lease(holder, clock.getAsLong());
        leased++;
        return buffer;
    }

    /**
     * Returns how many blocks are leased now.
     *
     * @return the count, 0 when everything was given back
     */
    public int leasedCount() {
        return leased;
    }

    /**
     * Returns the blocks that are leased for the longest time, to find who has forgotten to release one. Looks at every
     * block there is: for a report, not for every turn.
     *
     * @param most at most so many
     * @return the longest held first
     * @throws IllegalArgumentException if {@code most} is negative
     */
    public List<HeldBuffer> longestHeld(int most) {
        return IoBuffer.longestHeld(blocks, clock.getAsLong(), most);
    }

    /**
     * Returns how much memory has been cut into blocks. It is taken from the system in pieces of {@link NativeMemory#PIECE_BYTES}, the last
     * of which may not be cut up yet.
     *
     * @return bytes, leased or free; at most what the arena may hold
     */
    public long allocatedBytes() {
        return allocatedBytes;
    }

    /**
     * Returns how much of that memory is registered with the ring, which makes transfers cheaper and pins it.
     *
     * @return bytes; all that is allocated, unless {@link AsyncIoOptions#registeredBuffers()} is false, or the ring does not know
     *     of registration, or the kernel refused more: RLIMIT_MEMLOCK bounds it for who lacks CAP_IPC_LOCK
     */
    public long registeredBytes() {
        return registeredBytes;
    }

    private void takeBack(IoBuffer buffer) {
        leased--;
        free[buffer.index()].push(buffer);
    }

    private int nextLargerWithFree(int sizeClass) {
        for (int larger = sizeClass + 1; larger < free.length; larger++) {
            if (!free[larger].isEmpty()) {
                return larger;
            }
        }
        return -1;
    }

    /**
     * Cuts 256 KiB of new memory into blocks. A view that outlives the queue keeps the memory, where reading an unmapped page would
     * end the JVM.
     */
    private boolean addSlab(int sizeClass) {
        if (allocatedBytes + MAX_BLOCK_BYTES > maxBytes) {
            return false;
        }
        if (!piece.hasRemaining()) {
            piece = NativeMemory.piece();
        }
        final ByteBuffer slab = piece.slice(piece.position(), MAX_BLOCK_BYTES);
        piece.position(piece.position() + MAX_BLOCK_BYTES);
        final long address = NativeMemory.addressOf(slab);
        final int registeredIndex = registry.applyAsInt(address);
        final int blockBytes = BLOCK_BYTES[sizeClass];
        for (int offset = 0; offset < MAX_BLOCK_BYTES; offset += blockBytes) {
            final ByteBuffer block = slab.slice(offset, blockBytes);
            final IoBuffer buffer = new IoBuffer(this::takeBack, sizeClass, block, address + offset, registeredIndex);
            free[sizeClass].add(buffer);
            blocks.add(buffer);
        }
        allocatedBytes += MAX_BLOCK_BYTES;
        registeredBytes += registeredIndex == RegisteredBuffers.NONE ? 0L : MAX_BLOCK_BYTES;
        return true;
    }
}
