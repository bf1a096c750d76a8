// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

import dev.sluice.uring.memory.NativeMemory;
import dev.sluice.uring.sys.BufLayout;
import dev.sluice.uring.sys.NativeView;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;

/**
 * Buffers of one size that the kernel picks from by itself when bytes arrive ({@link Sqe#prepRecvMultishot}), so that a connection that is
 * silent holds none; Linux 5.19. The ring in which they are offered is memory shared with the kernel: giving one back is a store.
 *
 * <p>The buffers themselves are Java's own direct memory: a view that is used after {@link #close} finds it still there, without its
 * bytes.
 *
 * <p>When none is left, receives complete with -ENOBUFS: that is the group's back-pressure.
 *
 * <p>Only for the owner thread of its ring.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/io_uring_register_buf_ring.3.html">io_uring_register_buf_ring(3)</a>
 */
public final class BufferRing implements AutoCloseable {

    /** The most buffers of one group. */
    public static final int MAX_COUNT = 1 << 15;

    /** The most bytes of one group. */
    public static final int MAX_BYTES = 1 << 30;

    private static final int MAX_GROUP = 0xffff;

    private final RingRegistration registration;
    private final int group;
    private final int bufferBytes;
    private final NativeMemory memory;
    private final ByteBuffer all;
    private final ByteBuffer[] buffers;
    private final BitSet taken;
    private final long buffersAddress;

    private ByteBuffer entries;
    private int tail;

    private BufferRing(RingRegistration registration, int group, int count, int bufferBytes) {
        this.registration = registration;
        this.group = group;
        this.bufferBytes = bufferBytes;
        final int pageBytes =
                NativeMemory.pageBytes(); // what is discarded at the close must be pages, and of nobody else
        final int pages = (count * bufferBytes + pageBytes - 1) / pageBytes;
        all = ByteBuffer.allocateDirect((pages + 1) * pageBytes).alignedSlice(pageBytes);
        buffersAddress = NativeMemory.addressOf(all);
        memory = NativeMemory.map((long) count * BufLayout.SIZE);
        entries = memory.buffer(0L, count * BufLayout.SIZE);
        buffers = new ByteBuffer[count];
        taken = new BitSet(count);
        for (int id = 0; id < count; id++) {
            buffers[id] = all.slice(id * bufferBytes, bufferBytes).order(ByteOrder.nativeOrder());
            offer(id);
        }
    }

    /**
     * Makes buffers and registers them, all for the kernel to pick from.
     *
     * @param ring its owner is the calling thread
     * @param group a number that no other buffer ring of {@code ring} has, 0 to 65,535
     * @param count of buffers: a power of two, at most {@link #MAX_COUNT}
     * @param bufferBytes size of each, above zero, and of all together at most {@link #MAX_BYTES}; of whole pages, the buffers begin at pages
     * @return the ring, to be closed by the caller
     * @throws IllegalArgumentException if a number is out of its range
     * @throws RingException if the kernel refuses, as {@link RingRegistration#registerBufferRing} says
     */
    public static BufferRing open(Ring ring, int group, int count, int bufferBytes) {
        if (group < 0 || group > MAX_GROUP) {
            throw new IllegalArgumentException("group must be 0 to " + MAX_GROUP + ": " + group);
        }
        if (Integer.bitCount(count) != 1 || count < 1 || count > MAX_COUNT) {
            throw new IllegalArgumentException("count must be a power of two up to " + MAX_COUNT + ": " + count);
        }
        if (bufferBytes <= 0) {
            throw new IllegalArgumentException("bufferBytes must be above 0: " + bufferBytes);
        }
        if ((long) count * bufferBytes > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "all buffers together must have at most " + MAX_BYTES + " bytes: " + count + " of " + bufferBytes);
        }
        final BufferRing buffers = new BufferRing(ring.registration(), group, count, bufferBytes);
        try {
            buffers.registration.registerBufferRing(group, buffers.memory.address(), count);
            return buffers;
        } catch (RuntimeException e) {
            buffers.memory.close();
            throw e;
        }
    }

    /**
     * The number by which operations name these buffers.
     *
     * @return 0 to 65,535
     */
    public int group() {
        return group;
    }

    /**
     * How many buffers are taken and not given back.
     *
     * @return the count
     */
    public int takenCount() {
        return taken.cardinality();
    }

    /**
     * Takes over the buffer that a completion names. From then on it is the caller's, until {@link #giveBack}.
     *
     * @param cqeFlags of a completion with {@link CqeFlags#F_BUFFER}
     * @return its id, 0 to count - 1
     * @throws IllegalArgumentException if the flags name no buffer of this ring
     * @throws IllegalStateException if that buffer is taken already
     */
    public int take(int cqeFlags) {
        final int id = cqeFlags >>> CqeFlags.BUFFER_SHIFT;
        if ((cqeFlags & CqeFlags.F_BUFFER) == 0 || id >= buffers.length) {
            throw new IllegalArgumentException("flags 0x" + Integer.toHexString(cqeFlags) + " name none of the "
                    + buffers.length + " buffers of group " + group);
        }
        if (taken.get(id)) {
            throw new IllegalStateException("buffer " + id + " of group " + group + " is taken already");
        }
        taken.set(id);
        return id;
    }

    /**
     * The address of a buffer.
     *
     * @param id 0 to count - 1
     * @return where its first byte is
     */
    public long address(int id) {
        return buffersAddress + (long) id * bufferBytes;
    }

    /**
     * The memory of a buffer, always the same view: its position and limit are the caller's to set while the buffer is taken.
     *
     * @param id from {@link #take}
     * @return a direct buffer in native order
     * @throws IllegalStateException if it is not taken
     */
    public ByteBuffer buffer(int id) {
        checkTaken(id);
        return buffers[id];
    }

    /**
     * Lets the kernel pick a buffer again.
     *
     * @param id from {@link #take}
     * @throws IllegalStateException if it is not taken
     */
    public void giveBack(int id) {
        checkTaken(id);
        taken.clear(id);
        offer(id);
    }

    private void offer(int id) {
        final int entry = (tail & (buffers.length - 1)) * BufLayout.SIZE;
        entries.putLong(entry + BufLayout.ADDRESS, address(id));
        entries.putInt(entry + BufLayout.LENGTH, bufferBytes);
        entries.putShort(entry + BufLayout.ID, (short) id);
        // Last: when the kernel sees the tail, the entry before it is complete.
        NativeView.SHORT.setRelease(entries, BufLayout.TAIL, (short) ++tail);
    }

    private void checkTaken(int id) {
        if (!taken.get(id)) {
            throw new IllegalStateException("buffer " + id + " of group " + group + " is not taken");
        }
    }

    /**
     * Takes the ring back from the kernel; no buffer is taken any more. End the receives that pick from it first, and await their last
     * completions: the kernel may be filling a buffer, and this object is what keeps their memory. Does nothing when called again.
     *
     * @throws RingException if the kernel refuses; nothing is freed then
     */
    @Override
    public void close() {
        if (entries.capacity() == 0) {
            return;
        }
        registration.unregisterBufferRing(group);
        free();
    }

    /**
     * Gives the memory back of a ring that could not be asked to let go and is closed by now: nothing receives any more. Does nothing after
     * {@link #close}.
     */
    public void free() {
        entries = NativeMemory.UNMAPPED;
        taken.clear();
        memory.close();
        NativeMemory.discard(all);
    }
}
