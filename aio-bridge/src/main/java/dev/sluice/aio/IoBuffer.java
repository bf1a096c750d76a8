package dev.sluice.aio;

import dev.sluice.containers.ResourceContainer;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A page-aligned buffer, leased from a {@link BufferArena} or filled by {@link AsyncSocket#receiveInto(ReceiveBuffers)}.
 * It belongs to the lessee until {@link #release()}; while an operation uses it, it belongs to the kernel, and comes back
 * with the operation's terminal event.
 *
 * <p>The object is leased again and again: one that is kept after its release is somebody else's buffer some time later. {@link
 * AsyncIoOptions#checkedBuffers()} finds who does that.
 *
 * <p>Belongs to the thread of its queue. Another one, to which the lessee has handed it over, may use {@link #bytes()} and give it back
 * by {@link #releaseLater()}.
 */
public final class IoBuffer {
    private enum State {
        FREE,
        LEASED,
        IN_FLIGHT,
        SHARED
    }

    private static final VarHandle RELEASED_LATER;

    /** What a checked buffer is full of once it was released. */
    private static final byte[] POISON = new byte[BufferSlab.PAGE_BYTES];

    static {
        Arrays.fill(POISON, (byte) 0xDB);
        try {
            RELEASED_LATER = MethodHandles.lookup().findVarHandle(IoBuffer.class, "releasedLater", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final BufferHome home;
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

    /** Another thread has given it back, and the queue's has not taken it in yet. */
    private volatile boolean releasedLater;

    /** In {@link LateReleases}. */
    IoBuffer releasedBefore;

    /** Where it was, if it is checked. */
    private Throwable release;

    /** {@code home} takes it back when it is released; {@code index} tells it which of its buffers this is. */
    IoBuffer(BufferHome home, int index, ByteBuffer bytes, long address, int registeredIndex) {
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
        checkLeased("the buffer was released", "the buffer belongs to the kernel until its event");
        return bytes;
    }

    private void checkLeased(String ifReleased, String ifInFlight) {
        if (state != State.LEASED || releasedLater) {
            throw new IllegalStateException(state == State.IN_FLIGHT ? ifInFlight : ifReleased, release);
        }
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
     * @throws IllegalStateException if it was released already, or an operation is using it, or the calling thread is not that of the
     *     queue
     */
    public void release() {
        home.lateReleases().checkOwner("a buffer");
        checkReleasable();
        releaseNow();
    }

    /**
     * Gives the buffer back from any thread, as from one that a future's listeners run on. Never waits. The thread of the queue takes it
     * in at its next turn, for which it is woken only if something waits for memory.
     *
     * @throws IllegalStateException if it was released already, or an operation is using it
     */
    public void releaseLater() {
        checkReleasable();
        if (!RELEASED_LATER.compareAndSet(this, false, true)) {
            throw new IllegalStateException("the buffer was released twice", release);
        }
        home.lateReleases().add(this);
    }

    private void checkReleasable() {
        checkLeased(
                "the buffer was released twice",
                "the buffer belongs to the kernel until its event: cancel the operation and await it");
    }

    /** What another thread gave back comes in; false if it was released meanwhile. */
    boolean takeInLate() {
        releasedLater = false;
        if (state == State.FREE) {
            return false;
        }
        releaseNow();
        return true;
    }

    private void releaseNow() {
        state = State.FREE;
        if (home.isChecked()) {
            release = new Throwable("it was released here");
            bytes.clear();
            for (int i = 0; i < bytes.capacity(); i += POISON.length) {
                bytes.put(i, POISON);
            }
        }
        home.takeBack(this);
    }

    /**
     * Shares what remains: it can be sent and written many times at once from now on, and changed no more. The buffer itself is the block's.
     *
     * @return the block, to be {@linkplain SharedBlock#release() released} in place of the buffer
     * @throws IllegalStateException if the buffer is not leased, or an operation is using it, or the queue is closed, or the calling
     *     thread is not that of the queue
     */
    public SharedBlock toShared() {
        home.lateReleases().checkUsable("a buffer");
        return new SharedBlock(this);
    }

    void share() {
        state = State.SHARED;
    }

    void releaseShared() {
        state = State.LEASED;
        release();
    }

    /** Throws if it is a view of what others use, too. */
    void checkFillable(String method) {
        if (bytes.isReadOnly()) {
            throw new IllegalArgumentException(method + ": the buffer is a view of a shared block, which is read-only");
        }
    }

    BufferHome home() {
        return home;
    }

    ResourceContainer holder() {
        return holder;
    }

    long leasedNs() {
        return leasedNs;
    }

    void lease(ResourceContainer newHolder, long nowNs) {
        bytes.clear();
        holder = newHolder;
        leasedNs = nowNs;
        state = State.LEASED;
    }

    /** Its home takes it back: returns who had it. */
    ResourceContainer forgetHolder() {
        final ResourceContainer had = holder;
        holder = null;
        return had;
    }

    boolean isLeased() {
        return state == State.LEASED;
    }

    private boolean isHeld() {
        return state != State.FREE;
    }

    boolean isInFlight() {
        return state == State.IN_FLIGHT;
    }

    static List<HeldBuffer> longestHeld(Stream<IoBuffer> buffers, long nowNs, int most) {
        return buffers.filter(IoBuffer::isHeld)
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
        checkLeased("the buffer was released", "an operation is using the buffer already");
        state = State.IN_FLIGHT;
    }

    void takeFromKernel(int transferredBytes) {
        state = State.LEASED;
        if (transferredBytes > 0) {
            bytes.position(bytes.position() + transferredBytes);
        }
    }
}
