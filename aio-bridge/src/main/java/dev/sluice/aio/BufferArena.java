package dev.sluice.aio;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.RegisteredBuffers;
import dev.sluice.uring.NativeMemory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.LongToIntFunction;

/**
 * The one place that buffers come from: page-aligned blocks of 4, 16, 64 and 256 KiB, bounded together. Memory is taken
 * from the system as it is first needed and kept until the queue is closed; leasing and releasing allocate nothing otherwise. What was
 * given back can be leased in any size, as far as it lies together.
 *
 * <p>An arena that has no block left answers null: the caller starts less until something is released. {@link
 * #longestHeld} tells who has what, and for how long. Belongs to the thread of its queue.
 */
public final class BufferArena {
    /** The largest block that can be leased. */
    public static final int MAX_BLOCK_BYTES = BufferSlab.BYTES;

    private final long maxBytes;
    private final LongSupplier clock;

    /** Registers a slab by its address. */
    private final LongToIntFunction registry;

    private final LateReleases lateReleases;
    private final boolean checked;

    private final List<BufferSlab> slabs = new ArrayList<>();

    /** Those with something free, by the largest class of which they have a block, linked. */
    private final BufferSlab[] firstWith = new BufferSlab[BufferSlab.CLASSES];

    private final List<ByteBuffer> pieces = new ArrayList<>();

    /** What slabs are cut from: a block is in one piece for the disk. */
    private ByteBuffer piece = ByteBuffer.allocate(0);

    private long allocatedBytes;
    private long registeredBytes;
    private int leased;

    BufferArena(
            long maxBytes, LongSupplier clock, LongToIntFunction registry, LateReleases lateReleases, boolean checked) {
        if (maxBytes < MAX_BLOCK_BYTES) {
            throw new IllegalArgumentException(
                    "an arena holds at least one block of " + MAX_BLOCK_BYTES + " bytes: maxBytes=" + maxBytes);
        }
        this.maxBytes = maxBytes;
        this.clock = clock;
        this.registry = registry;
        this.lateReleases = lateReleases;
        this.checked = checked;
    }

    /**
     * Leases a block, cleared, of at least {@code minBytes}, for nobody in particular.
     *
     * @param minBytes 1 to {@link #MAX_BLOCK_BYTES}
     * @return the buffer, or null while the arena is exhausted
     * @throws IllegalArgumentException if {@code minBytes} is out of range
     * @throws IllegalStateException if the calling thread is not that of the queue
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
     * @throws IllegalStateException if the calling thread is not that of the queue
     */
    public IoBuffer lease(int minBytes, ResourceContainer holder) {
        if (minBytes < 1 || minBytes > MAX_BLOCK_BYTES) {
            throw new IllegalArgumentException("minBytes must be 1.." + MAX_BLOCK_BYTES + ": minBytes=" + minBytes);
        }
        lateReleases.checkOwner("an arena of buffers");
        final int sizeClass = BufferSlab.classOf(minBytes);
        BufferSlab slab = slabWith(sizeClass);
        if (slab == null && lateReleases.collectOrAwait()) {
            slab = slabWith(sizeClass);
        }
        if (slab == null) {
            return null;
        }
        final IoBuffer buffer = slab.take(sizeClass);
        rank(slab);
        buffer.lease(holder, clock.getAsLong());
        leased++;
        return buffer;
    }

    /** The one whose largest block is the smallest that will do, or a new one. */
    private BufferSlab slabWith(int sizeClass) {
        for (int i = sizeClass; i < firstWith.length; i++) {
            if (firstWith[i] != null) {
                return firstWith[i];
            }
        }
        return addSlab();
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
        return IoBuffer.longestHeld(slabs.stream().flatMap(BufferSlab::blocks), clock.getAsLong(), most);
    }

    /**
     * Returns how much memory blocks are cut from. It is taken from the system in pieces of {@link NativeMemory#PIECE_BYTES}, the last
     * of which may not be in use as a whole yet.
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

    LateReleases lateReleases() {
        return lateReleases;
    }

    boolean isChecked() {
        return checked;
    }

    /** A block of {@code slab} was released. */
    void gaveBack(BufferSlab slab) {
        leased--;
        rank(slab);
    }

    /** Puts {@code slab} among those that have as large a block as it has now. */
    private void rank(BufferSlab slab) {
        final int largest = slab.largestFree();
        if (largest == slab.largestClass) {
            return;
        }
        if (slab.next != null) {
            slab.next.previous = slab.previous;
        }
        if (slab.previous != null) {
            slab.previous.next = slab.next;
        } else if (slab.largestClass != BufferSlab.FULL) {
            firstWith[slab.largestClass] = slab.next;
        }
        slab.largestClass = largest;
        slab.previous = null;
        slab.next = null;
        if (largest != BufferSlab.FULL) {
            slab.next = firstWith[largest];
            if (slab.next != null) {
                slab.next.previous = slab;
            }
            firstWith[largest] = slab;
        }
    }

    /** Returns null at the bound. */
    private BufferSlab addSlab() {
        if (allocatedBytes + BufferSlab.BYTES > maxBytes) {
            return null;
        }
        if (!piece.hasRemaining()) {
            piece = NativeMemory.piece();
            pieces.add(piece);
        }
        final ByteBuffer bytes = piece.slice(piece.position(), BufferSlab.BYTES);
        piece.position(piece.position() + BufferSlab.BYTES);
        final long address = NativeMemory.addressOf(bytes);
        final int registeredIndex = registry.applyAsInt(address);
        final BufferSlab slab = new BufferSlab(this, bytes, address, registeredIndex);
        slabs.add(slab);
        rank(slab);
        allocatedBytes += BufferSlab.BYTES;
        registeredBytes += registeredIndex == RegisteredBuffers.NONE ? 0L : BufferSlab.BYTES;
        return slab;
    }

    /**
     * Gives the memory back to the system: the kernel has let go of it. The addresses stay, since reading an unmapped page through a
     * view that outlives the queue would end the JVM; such a view finds zeroes.
     */
    void close() {
        pieces.forEach(NativeMemory::discard);
    }
}
