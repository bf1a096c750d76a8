// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.memory;

import dev.sluice.containers.ResourceContainer;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A piece of memory that the kernel reads or fills: a part of a slab, a block that the kernel picks, or a view of a block that several use.
 * It belongs to who has leased it until it is released; while an operation uses it, to the kernel.
 *
 * <p>The object is leased again and again, unless blocks are checked. Belongs to the thread of its queue, but for {@link #releaseLater()}.
 */
public final class Block {
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
            RELEASED_LATER = MethodHandles.lookup().findVarHandle(Block.class, "releasedLater", boolean.class);
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

    private long leases;

    /** Another thread has given it back, and the queue's has not taken it in yet. */
    private volatile boolean releasedLater;

    /** In {@link LateReleases}. */
    Block releasedBefore;

    /** Where it was, if it is checked. */
    private Throwable release;

    /** What the application has of it. */
    private final Object face;

    /** {@code home} takes it back when it is released; {@code index} tells it which of its buffers this is. */
    public Block(BufferHome home, int index, ByteBuffer bytes, long address, int registeredIndex) {
        this.home = home;
        this.index = index;
        this.bytes = bytes;
        this.structs = bytes.duplicate().order(ByteOrder.nativeOrder());
        this.address = address;
        this.registeredIndex = registeredIndex;
        face = home.newFace(this);
    }

    public Object face() {
        return face;
    }

    public ByteBuffer bytes() {
        checkLeased("the buffer was released", "the buffer belongs to the kernel until its event");
        return bytes;
    }

    private void checkLeased(String ifReleased, String ifInFlight) {
        if (state != State.LEASED || releasedLater) {
            throw new IllegalStateException(state == State.IN_FLIGHT ? ifInFlight : ifReleased, release);
        }
    }

    public int capacityBytes() {
        return bytes.capacity();
    }

    /** Gives it back to where it came from. */
    public void release() {
        home.lateReleases().checkOwner("a buffer");
        checkReleasable();
        releaseNow();
    }

    /** As {@link #release()}, from any thread. Never waits. */
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

    /** Shares what remains: the block is the views' from now on. */
    public SharedViews toShared() {
        home.lateReleases().checkUsable("a buffer");
        return new SharedViews(this);
    }

    void share() {
        state = State.SHARED;
    }

    void releaseShared() {
        state = State.LEASED;
        release();
    }

    /** Refuses what was leased on another queue: its memory may be registered with another ring, and is given back on another thread. */
    public void checkOf(LateReleases ofQueue) {
        if (home.lateReleases() != ofQueue) {
            throw new IllegalArgumentException(
                    "the buffer is another queue's: lease one where the operation is to be, AsyncIo.arena()");
        }
    }

    /** Throws if it is a view of what others use, too. */
    public void checkFillable(String method) {
        if (bytes.isReadOnly()) {
            throw new IllegalArgumentException(method + ": the buffer is a view of a shared block, which is read-only");
        }
    }

    BufferHome home() {
        return home;
    }

    public ResourceContainer holder() {
        return holder;
    }

    public long leasedNs() {
        return leasedNs;
    }

    public void lease(ResourceContainer newHolder, long nowNs) {
        bytes.clear();
        holder = newHolder;
        leasedNs = nowNs;
        leases++;
        state = State.LEASED;
    }

    /** Its home takes it back: returns who had it. */
    public ResourceContainer forgetHolder() {
        final ResourceContainer had = holder;
        holder = null;
        return had;
    }

    public long leaseNumber() {
        return state == State.LEASED && !releasedLater ? leases : -1L;
    }

    public boolean isLeased() {
        return state == State.LEASED;
    }

    public boolean isHeld() {
        return state != State.FREE;
    }

    public boolean isInFlight() {
        return state == State.IN_FLIGHT;
    }

    public int index() {
        return index;
    }

    /** Where position stands, as an address. */
    public long positionAddress() {
        return address + bytes.position();
    }

    public int remainingBytes() {
        return bytes.remaining();
    }

    /** The buffer as an event shows it, whoever it belongs to. */
    public ByteBuffer view() {
        return bytes;
    }

    ByteBuffer structs() {
        return structs;
    }

    public long address() {
        return address;
    }

    public int registeredIndex() {
        return registeredIndex;
    }

    public void lendToKernel() {
        checkLeased("the buffer was released", "an operation is using the buffer already");
        state = State.IN_FLIGHT;
    }

    public void takeFromKernel(int transferredBytes) {
        state = State.LEASED;
        if (transferredBytes > 0) {
            bytes.position(bytes.position() + transferredBytes);
        }
    }
}
