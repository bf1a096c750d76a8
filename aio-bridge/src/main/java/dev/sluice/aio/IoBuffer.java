package dev.sluice.aio;

import dev.sluice.containers.ResourceContainer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A page-aligned buffer leased from a {@link BufferArena}. It belongs to the lessee until {@link #release()}; while an
 * operation uses it, it belongs to the kernel, and comes back with the operation's terminal event.
 *
 * <p>Belongs to the thread of its arena.
 */
public final class IoBuffer {
    private enum State {
        FREE,
        LEASED,
        IN_FLIGHT
    }

    private final BufferArena arena;
    private final int sizeClass;
    private final ByteBuffer bytes;
    /** The same memory in the byte order of the kernel's structures. */
    private final ByteBuffer structs;

    private final long address;

    /** Of the registered memory that this is a part of. */
    private final int registeredIndex;

    private State state = State.FREE;

    /** For whom it was leased, null if that was not said. */
    private ResourceContainer holder;

    private long leasedNs;

    IoBuffer(BufferArena arena, int sizeClass, ByteBuffer bytes, long address, int registeredIndex) {
        this.arena = arena;
        this.sizeClass = sizeClass;
        this.bytes = bytes;
        this.structs = bytes.duplicate().order(ByteOrder.nativeOrder());
        this.address = address;
        this.registeredIndex = registeredIndex;
    }

    /**
     * Returns the bytes. Operations transfer what is between position and limit and advance the position by what they
     * transferred, as channels do.
     *
     * @return always the same buffer; not to be used after {@link #release()}
     * @throws IllegalStateException if the buffer is not leased, or an operation is using it
     */
    public ByteBuffer bytes() {
        if (state != State.LEASED) {
            throw new IllegalStateException(
                    state == State.FREE
                            ? "the buffer was released"
                            : "the buffer belongs to the kernel until its event");
        }
        return bytes;
    }

    /**
     * Returns the size.
     *
     * @return capacity in bytes
     */
    public int capacityBytes() {
        return bytes.capacity();
    }

    /**
     * Gives the buffer back to its arena.
     *
     * @throws IllegalStateException if it was released already, or an operation is using it
     */
    public void release() {
        if (state != State.LEASED) {
            throw new IllegalStateException(
                    state == State.FREE
                            ? "the buffer was released twice"
                            : "the buffer belongs to the kernel until its event: cancel the operation and await it");
        }
        state = State.FREE;
        holder = null;
        arena.takeBack(this);
    }

    void lease(ResourceContainer newHolder, long nowNs) {
        bytes.clear();
        holder = newHolder;
        leasedNs = nowNs;
        state = State.LEASED;
    }

    boolean isLeased() {
        return state == State.LEASED;
    }

    boolean isHeld() {
        return state != State.FREE;
    }

    HeldBuffer held(long nowNs) {
        return new HeldBuffer(holder, nowNs - leasedNs, bytes.capacity(), state == State.IN_FLIGHT);
    }

    int sizeClass() {
        return sizeClass;
    }

    /** Where position stands, as an address. */
    long positionAddress() {
        return address + bytes.position();
    }

    int remainingBytes() {
        return bytes.remaining();
    }

    /** The buffer as an event shows it, whoever it belongs to. */
    ByteBuffer view() {
        return bytes;
    }

    ByteBuffer structs() {
        return structs;
    }

    long address() {
        return address;
    }

    int registeredIndex() {
        return registeredIndex;
    }

    void lendToKernel() {
        if (state != State.LEASED) {
            throw new IllegalStateException(
                    state == State.FREE ? "the buffer was released" : "an operation is using the buffer already");
        }
        state = State.IN_FLIGHT;
    }

    void takeFromKernel(int transferredBytes) {
        state = State.LEASED;
        if (transferredBytes > 0) {
            bytes.position(bytes.position() + transferredBytes);
        }
    }
}
