// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.socket;

import dev.sluice.aio.line.Supply;
import dev.sluice.aio.memory.Block;
import dev.sluice.aio.memory.BufferHome;
import dev.sluice.aio.operation.IoContext;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.events.operation.RegisteredBuffers;
import dev.sluice.uring.BufferRing;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.RingFeatures;
import dev.sluice.uring.memory.NativeMemory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Blocks of one size that connections receive into. The kernel picks them by itself (provided buffers, and for TCP multishot receives,
 * Linux 6.0); where it cannot, or a limit has to be kept, the readiness of each connection is awaited and a block taken then.
 */
public final class ReceiveBlocks {
    private static final int PAGE_BYTES = 4096;

    private final OperationPort port;
    private final int blockBytes;

    /** Null where the kernel does not pick. */
    private final BufferRing provided;

    /** By number; where the kernel picks, null until it has for the first time. */
    private final Block[] blocks;

    /** Not held, and not the kernel's to pick. */
    private final ArrayList<Block> free = new ArrayList<>();

    /** Their memory, where the kernel does not pick. */
    private ByteBuffer memory;

    private final BufferHome home;

    /** Bytes of the blocks that are held, or that a receive whose turn has come may take. */
    private final Supply room;

    private int held;
    private boolean closed;

    public ReceiveBlocks(IoContext io, int count, int blockBytes, boolean kernelPicks) {
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
        room = io.newMemorySupply((long) count * blockBytes, 0L);
        home = new BufferHome(io.blockSettings()) {
            @Override
            protected void takeBack(Block block) {
                ReceiveBlocks.this.takeBack(block);
            }
        };
        blocks = new Block[count];
        if (kernelPicks) {
            provided = port.resources().openBufferRing(count, blockBytes);
        } else {
            provided = null;
            makeBlocks();
        }
    }

    /** Whether the kernel picks the blocks for multishot receives. */
    public static boolean kernelCanPick(RingFeatures features) {
        return features.supports(Opcode.SEND_ZC); // as old as they are, and unlike them to be probed
    }

    private void makeBlocks() {
        final int pageBytes =
                NativeMemory.pageBytes(); // what is discarded at the close must be pages, and of nobody else
        final int pages = (blocks.length * blockBytes + pageBytes - 1) / pageBytes;
        memory = ByteBuffer.allocateDirect((pages + 1) * pageBytes).alignedSlice(pageBytes);
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = newBlock(i);
            free.add(blocks[i]);
        }
    }

    private Block newBlock(int index) {
        final ByteBuffer bytes = provided == null
                ? memory.slice(index * blockBytes, blockBytes)
                : provided.buffer(index).duplicate();
        return new Block(home, index, bytes, NativeMemory.addressOf(bytes), RegisteredBuffers.NONE);
    }

    public int count() {
        return blocks.length;
    }

    public int blockBytes() {
        return blockBytes;
    }

    public int heldCount() {
        return held;
    }

    public int waitingCount() {
        return room.waitingCount();
    }

    /** All that there are, held or not. */
    public Stream<Block> blocks() {
        home.lateReleases().checkOwner("a pool of buffers");
        return Arrays.stream(blocks).filter(Objects::nonNull);
    }

    public long nowNs() {
        return port.nowNs();
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
    Block pickedUnasked(int cqeFlags, ResourceContainer holder) {
        room.took(blockBytes, holder);
        return picked(cqeFlags, holder);
    }

    /** Takes over the block that a completion names. */
    Block picked(int cqeFlags, ResourceContainer holder) {
        final int id = provided.take(cqeFlags);
        if (blocks[id] == null) {
            blocks[id] = newBlock(id);
        }
        return lease(blocks[id], holder);
    }

    /** Takes a block for a receive whose turn it is; null if the kernel has those that are not held: it has to pick one. */
    Block take(ResourceContainer holder) {
        return free.isEmpty() ? null : lease(free.remove(free.size() - 1), holder);
    }

    /** A receive whose turn it was has taken none. */
    void tookNone(ResourceContainer container) {
        room.gaveBack(blockBytes, container);
    }

    private Block lease(Block block, ResourceContainer holder) {
        held++;
        block.lease(holder, port.nowNs());
        return block;
    }

    private void takeBack(Block block) {
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

    public void close() {
        closed = true;
        if (memory != null) {
            NativeMemory.discard(memory);
        }
    }
}
