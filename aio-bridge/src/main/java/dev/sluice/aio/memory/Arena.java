// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.memory;

import dev.sluice.aio.line.Supply;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.events.operation.RegisteredBuffers;
import dev.sluice.uring.memory.NativeMemory;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.LongToIntFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Page-aligned blocks of 4, 16, 64 and 256 KiB, bounded together. Memory is taken from the system as it is first needed and kept until the
 * queue is closed; leasing and releasing allocate nothing otherwise. What was given back can be leased in any size, as far as it lies
 * together. Who finds none waits in the line of its supply.
 */
public final class Arena {
    /** The largest block that can be leased. */
    public static final int MAX_BLOCK_BYTES = BufferSlab.BYTES;

    private final OperationPort port;
    private final Supply supply;
    private final FragmentedLeases fragmentedLeases;
    private final long maxBytes;
    private final LongSupplier clock;

    /** Registers a slab by its address. */
    private final LongToIntFunction registry;

    private final BlockSettings settings;

    /** Where pieces come from. */
    private final Supplier<ByteBuffer> system;

    private final List<BufferSlab> slabs = new ArrayList<>();

    /** Those with something free, by the largest class of which they have a block, linked. */
    private final BufferSlab[] firstWith = new BufferSlab[BufferSlab.CLASSES];

    private final List<ByteBuffer> pieces = new ArrayList<>();

    /** What slabs are cut from: a block is in one piece for the disk. */
    private ByteBuffer piece = ByteBuffer.allocate(0);

    /** What {@link StructMemory} is cut from. */
    private ByteBuffer structs = ByteBuffer.allocate(0);

    private long allocatedBytes;
    private long registeredBytes;
    private int leased;

    public Arena(
            OperationPort port, Supply supply, LongSupplier clock, LongToIntFunction registry, BlockSettings settings) {
        this(port, supply, clock, registry, settings, NativeMemory::piece);
    }

    Arena(
            OperationPort port,
            Supply supply,
            LongSupplier clock,
            LongToIntFunction registry,
            BlockSettings settings,
            Supplier<ByteBuffer> system) {
        final long maxBytes = supply.capacity();
        if (maxBytes < MAX_BLOCK_BYTES) {
            throw new IllegalArgumentException(
                    "an arena holds at least one block of " + MAX_BLOCK_BYTES + " bytes: maxBytes=" + maxBytes);
        }
        this.port = port;
        this.supply = supply;
        fragmentedLeases = new FragmentedLeases(this, supply.order());
        this.maxBytes = maxBytes;
        this.clock = clock;
        this.registry = registry;
        this.settings = settings;
        this.system = system;
    }

    /** Leases a block, cleared, if that needs no waiting; null if there is none, or somebody waits who goes first. */
    public Block tryLease(int minBytes, ResourceContainer holder) {
        check(minBytes);
        final int sizeClass = BufferSlab.classOf(minBytes);
        final Block buffer = take(sizeClass, holder);
        return buffer == null && settings.lateReleases().collectOrAwait() ? take(sizeClass, holder) : buffer;
    }

    /** Leases a block when there is one; the event brings what the application has of it. */
    public long lease(int minBytes, ResourceContainer holder, Object attachment) {
        check(minBytes);
        Objects.requireNonNull(holder, "holder");
        final int bytes = BufferSlab.bytesOf(BufferSlab.classOf(minBytes));
        return supply.await(new LeaseOperation(this, port, supply, minBytes), bytes, holder, attachment);
    }

    /** Memory for {@link StructMemory}, of at most a slab: beside what can be leased, and as long as the arena. */
    ByteBuffer cutForStructs(int lengthBytes) {
        if (structs.remaining() < lengthBytes) {
            structs = newChunk();
        }
        final int start = structs.position();
        structs.position(start + (lengthBytes + Long.BYTES - 1 & -Long.BYTES));
        return structs.slice(start, lengthBytes);
    }

    /** Returns how large the block is that is leased for so much. */
    public static int blockBytes(int minBytes) {
        return BufferSlab.bytesOf(BufferSlab.classOf(minBytes));
    }

    public boolean isShort(ResourceContainer holder) {
        return supply.isShort(holder);
    }

    /** Whether somebody could go on sooner if {@code holder} gave a block back. */
    public boolean isAwaitedFrom(ResourceContainer holder) {
        return supply.isAwaitedFrom(holder) || fragmentedLeases.isAnyWaiting(supply);
    }

    /** A number that is another one whenever somebody who waits does so for something else than before. */
    public long waitingChanges() {
        return supply.moves();
    }

    public int waiting() {
        return supply.waitingCount();
    }

    public void checkUsable() {
        settings.lateReleases().checkUsable("an arena of buffers");
    }

    public void checkOwner() {
        settings.lateReleases().checkOwner("an arena of buffers");
    }

    private void check(int minBytes) {
        checkUsable();
        if (minBytes < 1 || minBytes > MAX_BLOCK_BYTES) {
            throw new IllegalArgumentException("minBytes must be 1.." + MAX_BLOCK_BYTES + ": minBytes=" + minBytes);
        }
    }

    /** Null if the holder may not have it now, or there is none. */
    private Block take(int sizeClass, ResourceContainer holder) {
        final int bytes = BufferSlab.bytesOf(sizeClass);
        if (!supply.mayTake(bytes, holder)) {
            return null;
        }
        final Block buffer = cut(sizeClass, holder);
        if (buffer != null) {
            supply.took(bytes, holder);
        }
        return buffer;
    }

    /** Takes a block that the supply is to be told of; null if there is none. */
    Block cut(int sizeClass, ResourceContainer holder) {
        final BufferSlab slab = slabWith(sizeClass);
        if (slab == null) {
            return null;
        }
        final Block buffer = slab.take(sizeClass);
        rank(slab, slab.largestFree(slab.largestClass));
        buffer.lease(holder, clock.getAsLong());
        leased++;
        return buffer;
    }

    /** Whether a block of a size lies together, or may be taken from the system. */
    boolean hasBlock(int sizeClass) {
        return largestFree() >= sizeClass || allocatedBytes + BufferSlab.BYTES <= maxBytes;
    }

    private int largestFree() {
        int sizeClass = firstWith.length - 1;
        while (sizeClass >= 0 && firstWith[sizeClass] == null) {
            sizeClass--;
        }
        return sizeClass;
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

    public int leasedCount() {
        return leased;
    }

    /** All that there are, leased or not. */
    public Stream<Block> blocks() {
        checkOwner();
        return slabs.stream().flatMap(BufferSlab::blocks);
    }

    public long nowNs() {
        return clock.getAsLong();
    }

    public long maxBytes() {
        return maxBytes;
    }

    public long allocatedBytes() {
        return allocatedBytes;
    }

    public long registeredBytes() {
        return registeredBytes;
    }

    BlockSettings settings() {
        return settings;
    }

    /** A block of {@code slab} was released by {@code holder}. */
    void gaveBack(BufferSlab slab, int bytes, ResourceContainer holder) {
        leased--;
        rank(slab, slab.largestFree());
        supply.gaveBack(bytes, holder);
        if (supply.order().isAnySetAside()) {
            serveFragmented();
        }
    }

    /** What was given back may lie together with what was free. */
    private void serveFragmented() {
        int waiting;
        do {
            waiting = supply.waitingCount();
            fragmentedLeases.takeBack(supply);
            supply.serve();
        } while (supply.waitingCount() < waiting);
    }

    FragmentedLeases fragmentedLeases() {
        return fragmentedLeases;
    }

    /** Puts {@code slab} among those that have as large a block as it has now, of the class {@code largest}. */
    private void rank(BufferSlab slab, int largest) {
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

    /** Returns null at the bound, and where the system has no memory left. */
    private BufferSlab addSlab() {
        if (allocatedBytes + BufferSlab.BYTES > maxBytes) {
            return null;
        }
        final ByteBuffer bytes;
        try {
            bytes = newChunk();
        } catch (UncheckedIOException e) {
            return null; // ENOMEM, as who waits for a block is told
        }
        final long address = NativeMemory.addressOf(bytes);
        final int registeredIndex = registry.applyAsInt(address);
        final BufferSlab slab = new BufferSlab(this, bytes, address, registeredIndex);
        slabs.add(slab);
        rank(slab, slab.largestFree());
        allocatedBytes += BufferSlab.BYTES;
        registeredBytes += registeredIndex == RegisteredBuffers.NONE ? 0L : BufferSlab.BYTES;
        return slab;
    }

    /** As large as a slab. */
    private ByteBuffer newChunk() {
        if (!piece.hasRemaining()) {
            piece = system.get();
            pieces.add(piece);
        }
        final ByteBuffer chunk = piece.slice(piece.position(), BufferSlab.BYTES);
        piece.position(piece.position() + BufferSlab.BYTES);
        return chunk;
    }

    /**
     * Gives the memory back to the system: the kernel has let go of it. The addresses stay, since reading an unmapped page through a
     * view that outlives the queue would end the JVM; such a view finds zeroes.
     */
    public void close() {
        pieces.forEach(NativeMemory::discard);
    }
}
