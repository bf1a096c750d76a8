package dev.sluice.aio;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.RegisteredBuffers;
import dev.sluice.uring.NativeMemory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.LongToIntFunction;

/**
 * The one place that buffers come from: page-aligned blocks of 4, 16, 64 and 256 KiB, bounded together. Memory is taken
 * from the system as it is first needed and kept until the queue is closed; leasing and releasing allocate nothing otherwise. What was
 * given back can be leased in any size, as far as it lies together.
 *
 * <p>Whoever finds none waits for one with {@link #lease}, in the order and within the limits of an {@link Allowance}: a part is
 * kept for high bands, and a container has with its descendants at most what its limit of {@link
 * dev.sluice.containers.Resource#BUFFER_BYTES} says. {@link #longestHeld} tells who has what, and for how long. Belongs to the
 * thread of its queue; the counts may be read, a little old, from any.
 */
public final class BufferArena {
    /** The largest block that can be leased. */
    public static final int MAX_BLOCK_BYTES = BufferSlab.BYTES;

    private final Allowance allowance;
    private final FragmentedLeases fragmentedLeases;
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

    /** What {@link StructMemory} is cut from. */
    private ByteBuffer structs = ByteBuffer.allocate(0);

    private long allocatedBytes;
    private long registeredBytes;
    private int leased;

    BufferArena(
            Allowance allowance,
            LongSupplier clock,
            LongToIntFunction registry,
            LateReleases lateReleases,
            boolean checked) {
        final long maxBytes = allowance.capacity();
        if (maxBytes < MAX_BLOCK_BYTES) {
            throw new IllegalArgumentException(
                    "an arena holds at least one block of " + MAX_BLOCK_BYTES + " bytes: maxBytes=" + maxBytes);
        }
        this.allowance = allowance;
        fragmentedLeases = new FragmentedLeases(this, allowance.order);
        this.maxBytes = maxBytes;
        this.clock = clock;
        this.registry = registry;
        this.lateReleases = lateReleases;
        this.checked = checked;
    }

    /**
     * Leases a block, cleared, of at least {@code minBytes}, for nobody in particular, as for a container of {@link
     * dev.sluice.containers.Priority#NORMAL} without a limit.
     *
     * @param minBytes 1 to {@link #MAX_BLOCK_BYTES}
     * @return the buffer, or null if there is none, or somebody waits for one
     * @throws IllegalArgumentException if {@code minBytes} is out of range
     * @throws IllegalStateException if the queue is closed, or the calling thread is not that of the queue
     */
    public IoBuffer tryLease(int minBytes) {
        return tryLease(minBytes, null);
    }

    /**
     * Leases a block, cleared, of at least {@code minBytes}, if that needs no waiting.
     *
     * @param minBytes 1 to {@link #MAX_BLOCK_BYTES}
     * @param holder who has it then, with its ancestors, and whom {@link #longestHeld} names; may be null
     * @return the buffer, or null if there is none for this container, or somebody waits who goes first: {@link #lease} waits
     * @throws IllegalArgumentException if {@code minBytes} is out of range
     * @throws IllegalStateException if the queue is closed, or the calling thread is not that of the queue
     */
    public IoBuffer tryLease(int minBytes, ResourceContainer holder) {
        check(minBytes);
        final int sizeClass = BufferSlab.classOf(minBytes);
        final IoBuffer buffer = take(sizeClass, holder);
        return buffer == null && lateReleases.collectOrAwait() ? take(sizeClass, holder) : buffer;
    }

    /**
     * Leases a block, cleared, of at least {@code minBytes}, when there is one. The event's operation is {@code NOP}, its result
     * 0 and its {@linkplain dev.sluice.events.Event#message() message} the {@link IoBuffer}, the handler's from then on; or {@code
     * ECANCELED} by {@link AsyncIo#cancel}, {@code ETIME} by {@link AsyncIo#cancelAfter}, without a buffer.
     *
     * <p>While there is enough memory, but so much of it does not lie together, others who ask for less go before it.
     *
     * @param minBytes 1 to {@link #MAX_BLOCK_BYTES}
     * @param holder who has it then, with its ancestors; the event comes at its priority
     * @param attachment handed out with the event, may be null
     * @return the operation's id, or {@link dev.sluice.events.OperationPort#BACK_PRESSURED} when too many operations are under way
     * @throws IllegalArgumentException if {@code minBytes} is out of range
     * @throws IllegalStateException if the queue is closed, or the calling thread is not that of the queue
     */
    public long lease(int minBytes, ResourceContainer holder, Object attachment) {
        check(minBytes);
        Objects.requireNonNull(holder, "holder");
        final int bytes = BufferSlab.bytesOf(BufferSlab.classOf(minBytes));
        return allowance.await(new LeaseOperation(this, allowance, minBytes), bytes, holder, attachment);
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

    /**
     * Tells whether memory is short for a container, as {@link Allowance#isShort} says.
     *
     * @param holder who asks
     * @return true if what is not needed now is better given back
     */
    public boolean isShort(ResourceContainer holder) {
        return allowance.isShort(holder);
    }

    /**
     * Returns how many leases wait for a block.
     *
     * @return the count
     */
    public int waiting() {
        return allowance.waiting();
    }

    private void check(int minBytes) {
        lateReleases.checkUsable("an arena of buffers");
        if (minBytes < 1 || minBytes > MAX_BLOCK_BYTES) {
            throw new IllegalArgumentException("minBytes must be 1.." + MAX_BLOCK_BYTES + ": minBytes=" + minBytes);
        }
    }

    /** Null if the holder may not have it now, or there is none. */
    private IoBuffer take(int sizeClass, ResourceContainer holder) {
        final int bytes = BufferSlab.bytesOf(sizeClass);
        if (!allowance.mayTake(bytes, holder)) {
            return null;
        }
        final IoBuffer buffer = cut(sizeClass, holder);
        if (buffer != null) {
            allowance.took(bytes, holder);
        }
        return buffer;
    }

    /** Takes a block that the allowance is to be told of; null if there is none. */
    IoBuffer cut(int sizeClass, ResourceContainer holder) {
        final BufferSlab slab = slabWith(sizeClass);
        if (slab == null) {
            return null;
        }
        final IoBuffer buffer = slab.take(sizeClass);
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
     * @throws IllegalStateException if the calling thread is not that of the queue
     */
    public List<HeldBuffer> longestHeld(int most) {
        lateReleases.checkOwner("an arena of buffers");
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

    /** A block of {@code slab} was released by {@code holder}. */
    void gaveBack(BufferSlab slab, int bytes, ResourceContainer holder) {
        leased--;
        rank(slab, slab.largestFree());
        allowance.gaveBack(bytes, holder);
        if (allowance.order.isAnySetAside()) {
            serveFragmented();
        }
    }

    /** What was given back may lie together with what was free. */
    private void serveFragmented() {
        int waiting;
        do {
            waiting = allowance.waiting();
            fragmentedLeases.takeBack(allowance);
            allowance.serve();
        } while (allowance.waiting() < waiting);
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

    /** Returns null at the bound. */
    private BufferSlab addSlab() {
        if (allocatedBytes + BufferSlab.BYTES > maxBytes) {
            return null;
        }
        final ByteBuffer bytes = newChunk();
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
            piece = NativeMemory.piece();
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
    void close() {
        pieces.forEach(NativeMemory::discard);
    }
}
