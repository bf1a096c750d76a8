package dev.sluice.aio;

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
 * gives one back} lets receiving go on: of the connections that have waited for a block those of higher priority first,
 * then in the order of arrival, and as long as others wait each for one block at a time.
 *
 * <p>The kernel picks the blocks by itself (provided buffers, and for TCP multishot receives, Linux 6.0). Where it cannot,
 * the readiness of each connection is awaited and a block taken then: the same events, for two operations each.
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

    /** Where the kernel does not pick: not held. */
    private final ArrayList<IoBuffer> free = new ArrayList<>();

    /** Their memory, where the kernel does not pick. */
    private ByteBuffer memory;

    private final BufferHome home;
    private final WaitingReceives waiting = new WaitingReceives();
    private int held;
    private boolean closed;

    /** Receives that were given their turn since the ring was entered: each may take a block when it is. */
    private int armed;

    private long armedAtEnter;

    ReceiveBuffers(
            OperationPort port,
            int count,
            int blockBytes,
            boolean kernelPicks,
            LateReleases lateReleases,
            boolean checked) {
        if (Integer.bitCount(count) != 1 || count < 1 || count > BufferRing.MAX_COUNT) {
            throw new IllegalArgumentException(
                    "count must be a power of two up to " + BufferRing.MAX_COUNT + ": count=" + count);
        }
        if (blockBytes <= 0 || blockBytes % PAGE_BYTES != 0 || (long) count * blockBytes > BufferRing.MAX_BYTES) {
            throw new IllegalArgumentException("blockBytes must be a multiple of " + PAGE_BYTES
                    + ", and of all blocks at most " + BufferRing.MAX_BYTES + ": count=" + count + ", blockBytes="
                    + blockBytes);
        }
        this.port = port;
        this.blockBytes = blockBytes;
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
        return waiting.size();
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

    /** Takes over the block that a completion names. */
    IoBuffer picked(int cqeFlags, ResourceContainer holder) {
        final int id = provided.take(cqeFlags);
        if (blocks[id] == null || home.isChecked()) {
            blocks[id] = newBlock(id);
        }
        return lease(blocks[id], holder);
    }

    /** Takes a block for a receive whose turn it is. */
    IoBuffer take(ResourceContainer holder) {
        return lease(free.remove(free.size() - 1), holder);
    }

    private IoBuffer lease(IoBuffer block, ResourceContainer holder) {
        held++;
        block.lease(holder, port.nowNs());
        return block;
    }

    private void takeBack(IoBuffer block) {
        block.forgetHolder();
        if (closed) {
            return; // the application may still have some
        }
        held--;
        if (provided != null) {
            provided.giveBack(block.index());
        } else {
            if (home.isChecked()) {
                blocks[block.index()] = newBlock(block.index());
            }
            free.add(blocks[block.index()]);
        }
        if (waiting.size() > 0) {
            port.claimsSoon(waiting.first());
        }
    }

    /** There are bytes for {@code receive}, or it has to try: it goes on when its turn has come. */
    void await(ReceiveOperation receive) {
        waiting.add(receive);
    }

    void forget(ReceiveOperation receive) {
        waiting.remove(receive);
    }

    /**
     * Lets as many of those that wait go on as there are blocks. One may find no bytes and take none, or be late for
     * what another took: after the next enter the blocks that are left then are given out anew. SQEs may be claimed.
     */
    void armWaiting() {
        if (armedAtEnter != port.enters()) {
            armedAtEnter = port.enters();
            armed = 0;
        }
        while (waiting.size() > 0
                && (held + armed < blocks.length || home.lateReleases().collectOrAwait())) {
            final ReceiveOperation receive = waiting.poll();
            if (provided != null) {
                armed++;
            }
            receive.goOn();
        }
    }

    void close() {
        closed = true;
        if (memory != null) {
            NativeMemory.discard(memory);
        }
    }
}
