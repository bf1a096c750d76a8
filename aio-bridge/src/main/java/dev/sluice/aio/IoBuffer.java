package dev.sluice.aio;

import dev.sluice.containers.ResourceContainer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * A page-aligned buffer, leased from a {@link BufferArena} or filled by {@link AsyncSocket#receiveInto(ReceiveBuffers)}.
 * It belongs to the lessee until {@link #release()}; while an operation uses it, it belongs to the kernel, and comes back
 * with the operation's terminal event.
 *
 * <p>Belongs to the thread of its queue.
 */
public final class IoBuffer {
    private enum State {
        FREE,
        LEASED,
        IN_FLIGHT
    }

    private final Consumer<IoBuffer> home;
    private final int index;
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

    /** {@code home} takes it back when it is released; {@code index} tells it which of its buffers this is. */
    IoBuffer(Consumer<IoBuffer> home, int index, ByteBuffer bytes, long address, int registeredIndex) {
        this.home = home;
        this.index = index;
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
     * Gives the buffer back to where it came from.
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
        home.accept(this);
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

    private boolean isHeld() {
        return state != State.FREE;
    }

    static List<HeldBuffer> longestHeld(Collection<IoBuffer> buffers, long nowNs, int most) {
        return buffers.stream()
                .filter(IoBuffer::isHeld)
                .map(buffer -> buffer.held(nowNs))
                .sorted(Comparator.comparingLong(HeldBuffer::heldNs).reversed())
                .limit(most)
                .toList();
    }

    private HeldBuffer held(long nowNs) {
        return new HeldBuffer(holder, nowNs - leasedNs, bytes.capacity(), state == State.IN_FLIGHT);
    }

    int index() {
        return index;
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
