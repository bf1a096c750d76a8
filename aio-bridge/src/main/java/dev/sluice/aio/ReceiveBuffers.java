package dev.sluice.aio;

import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.OperationPort;
import dev.sluice.events.RegisteredBuffers;
import dev.sluice.uring.BufferRing;
import dev.sluice.uring.NativeMemory;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.RingFeatures;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Blocks of one size that connections receive into, those of a class of clients as a rule. A connection takes one when bytes
 * are there for it, so one that is silent holds none, and the blocks bound what the class can make the server hold.
 *
 * <p>While all of them are held, by events that are not handed out or by the application, nothing more is received: the
 * bytes stay in the kernel, the peers are slowed down, and nobody is told an error. Whoever {@linkplain IoBuffer#release()
 * gives one back} lets receiving go on, one block each while others wait, in the order of an {@link Allowance}: the highest band
 * first, within it who has used least for its share, then in the order of arrival. A container has with its descendants at
 * most what its limit of {@link dev.sluice.containers.Resource#BUFFER_BYTES} says, blocks and leases together; its connections
 * wait for that alone, and hold up nobody else.
 *
 * <p>The kernel picks the blocks by itself (provided buffers, and for TCP multishot receives, Linux 6.0). Where it cannot, or a
 * limit has to be kept, the readiness of each connection is awaited and a block taken then: the same events, for two operations
 * each.
 *
 * <p>Belongs to the thread of its queue, with which its memory ends.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/io_uring_register_buf_ring.3.html">io_uring_register_buf_ring(3)</a>
 */
public final class ReceiveBuffers {
    private static final int PAGE_BYTES = 4096;

    private final OperationPort port;
    private final int blockBytes;

    /** Null where the kernel does not pick. */
    private final BufferRing provided;

    /** By number; where the kernel picks, null until it has for the first time. */
    private final IoBuffer[] blocks;

    /** Not held, and not the kernel's to pick. */
    private final ArrayList<IoBuffer> free = new ArrayList<>();

    /** Their memory, where the kernel does not pick. */
    private ByteBuffer memory;

    private final BufferHome home;

    /** Bytes of the blocks that are held, or that a receive whose turn has come may take. */
    private final Allowance room;

    private int held;
    private boolean closed;

    ReceiveBuffers(
            AsyncIo io, int count, int blockBytes, boolean kernelPicks, LateReleases lateReleases, boolean checked) {
        if (Integer.bitCount(count) != 1 || count < 1 || count > BufferRing.MAX_COUNT) {
            throw new IllegalArgumentException(
                    "count must be a power of two up to " + BufferRing.MAX_COUNT + ": count=" + count);
        }
        if (blockBytes <= 0 || blockBytes % PAGE_BYTES != 0 || (long) count * blockBytes > BufferRing.MAX_BYTES) {
            throw new IllegalArgumentException("blockBytes must be a multiple of " + PAGE_BYTES
                    + ", and of all blocks at most " + BufferRing.MAX_BYTES + ": count=" + count + ", blockBytes="
                    + blockBytes);
        }
        port = io.port();
        this.blockBytes = blockBytes;
        room = io.newAllowance(Resource.BUFFER_BYTES, (long) count * blockBytes, 0L);
        home = new BufferHome(lateReleases, checked) {
            @Override
            void takeBack(IoBuffer block) {
                ReceiveBuffers.this.takeBack(block);
            }
        };
        blocks = new IoBuffer[count];
        if (kernelPicks) {
            provided = port.openBufferRing(count, blockBytes);
        } else {
            provided = null;
            makeBlocks();
        }
    }

    /** Whether the kernel picks the blocks for multishot receives. */
    static boolean kernelCanPick(RingFeatures features) {
        return features.supports(Opcode.SEND_ZC); // as old as they are, and unlike them to be probed
    }

    private void makeBlocks() {
        memory = ByteBuffer.allocateDirect(blocks.length * blockBytes + PAGE_BYTES)
                .alignedSlice(PAGE_BYTES);
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = newBlock(i);
            free.add(blocks[i]);
        }
    }

    private IoBuffer newBlock(int index) {
        final ByteBuffer bytes = provided == null
                ? memory.slice(index * blockBytes, blockBytes)
                : provided.buffer(index).duplicate();
        return new IoBuffer(home, index, bytes, NativeMemory.addressOf(bytes), RegisteredBuffers.NONE);
    }

    /**
     * Returns how many blocks there are.
     *
     * @return the count
     */
    public int count() {
        return blocks.length;
    }

    /**
     * Returns the size of a block.
     *
     * @return bytes
     */
    public int blockBytes() {
        return blockBytes;
    }

    /**
     * Returns how many blocks are held now, by events that are not handed out or by the application.
     *
     * @return the count, 0 when everything was given back
     */
    public int heldCount() {
        return held;
    }

    /**
     * Returns how many receives wait for a block now.
     *
     * @return the count
     */
    public int waitingCount() {
        return room.waiting();
    }

    /**
     * Returns the blocks that are held for the longest time, to find who has forgotten to give one back. Looks at every
     * block there is: for a report, not for every turn.
     *
     * @param most at most so many
     * @return the longest held first, since it was filled and for the container that was charged
     * @throws IllegalArgumentException if {@code most} is negative
     * @throws IllegalStateException if the calling thread is not that of the queue
     */
    public List<HeldBuffer> longestHeld(int most) {
        home.lateReleases().checkOwner("a pool of buffers");
        return IoBuffer.longestHeld(Arrays.stream(blocks).filter(Objects::nonNull), port.nowNs(), most);
    }

    void checkOf(OperationPort ofSocket) {
        if (port != ofSocket) {
            throw new IllegalArgumentException("these ReceiveBuffers are another queue's");
        }
    }

    /** Whether the kernel picks the blocks; if so, from {@link #group()}. */
    boolean kernelPicks() {
        return provided != null;
    }

    int group() {
        return provided.group();
    }

    /**
     * Whether the kernel may pick blocks for {@code container} whenever bytes come: nobody waits for one, and no limit can be
     * exceeded.
     */
    boolean mayPick(ResourceContainer container) {
        return provided != null && !room.isAwaited() && !isLimited(container);
    }

    boolean isLimited(ResourceContainer container) {
        return room.isLimited(container);
    }

    /** Whether others wait for more than room in their containers. */
    boolean isAwaited() {
        return room.isAwaited();
    }

    /** Takes over the block that a completion names, for one that has had no turn. */
    IoBuffer pickedUnasked(int cqeFlags, ResourceContainer holder) {
        room.took(blockBytes, holder);
        return picked(cqeFlags, holder);
    }

    /** Takes over the block that a completion names. */
    IoBuffer picked(int cqeFlags, ResourceContainer holder) {
        final int id = provided.take(cqeFlags);
        if (blocks[id] == null) {
            blocks[id] = newBlock(id);
        }
        return lease(blocks[id], holder);
    }

    /** Takes a block for a receive whose turn it is; null if the kernel has those that are not held: it has to pick one. */
    IoBuffer take(ResourceContainer holder) {
        return free.isEmpty() ? null : lease(free.remove(free.size() - 1), holder);
    }

    /** A receive whose turn it was has taken none. */
    void tookNone(ResourceContainer container) {
        room.gaveBack(blockBytes, container);
    }

    private IoBuffer lease(IoBuffer block, ResourceContainer holder) {
        held++;
        block.lease(holder, port.nowNs());
        return block;
    }

    private void takeBack(IoBuffer block) {
        final ResourceContainer holder = block.forgetHolder();
        held--;
        if (home.isChecked() && !closed) {
            blocks[block.index()] = newBlock(block.index());
        }
        free.add(blocks[block.index()]);
        room.gaveBack(blockBytes, holder); // to the first of those who wait
        while (provided != null && !closed && !free.isEmpty()) {
            provided.giveBack(free.remove(free.size() - 1).index());
        }
    }

    /** There are bytes for {@code receive}, or it has to try: it goes on when its turn has come. */
    void await(ReceiveOperation receive) {
        room.enqueue(receive, blockBytes, blockBytes);
        room.serve();
    }

    /** As {@link #await}, for one that has had its turn and received nothing. */
    void awaitAgain(ReceiveOperation receive) {
        room.enqueueAgain(receive);
        room.serve();
    }

    void withdraw(ReceiveOperation receive) {
        room.withdraw(receive);
    }

    void close() {
        closed = true;
        if (memory != null) {
            NativeMemory.discard(memory);
        }
    }
}
