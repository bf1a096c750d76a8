// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.memory.Arena;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventHandler;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.uring.memory.NativeMemory;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
    public static final int MAX_BLOCK_BYTES = Arena.MAX_BLOCK_BYTES;

    private final Arena arena;
    private final IdleLeases idle;

    /** {@code wakeup} ends the wait of the queue. */
    BufferArena(Arena arena, OperationPort port, Runnable wakeup) {
        this.arena = arena;
        idle = new IdleLeases(arena, port, wakeup);
    }

    /**
     * Leases a block, cleared, of at least {@code minBytes}, for nobody in particular, as for a container of {@link
     * dev.sluice.containers.Priority#NORMAL} without a limit.
     *
     * @param minBytes 1 to {@link #MAX_BLOCK_BYTES}
     * @return the buffer, or null if there is none, not even of the system, or somebody waits for one
     * @throws IllegalArgumentException if {@code minBytes} is out of range
     * @throws IllegalStateException if the queue is closed, or the calling thread is not that of the queue
     */
    public @Nullable IoBuffer tryLease(int minBytes) {
        return tryLease(minBytes, null);
    }

    /**
     * Leases a block, cleared, of at least {@code minBytes}, if that needs no waiting.
     *
     * @param minBytes 1 to {@link #MAX_BLOCK_BYTES}
     * @param holder who has it then, with its ancestors, and whom {@link #longestHeld} names; may be null
     * @return the buffer, or null if there is none for this container, not even of the system, or somebody waits who goes first: {@link
     *     #lease} waits
     * @throws IllegalArgumentException if {@code minBytes} is out of range
     * @throws IllegalStateException if the queue is closed, or the calling thread is not that of the queue
     */
    public @Nullable IoBuffer tryLease(int minBytes, @Nullable ResourceContainer holder) {
        final IoBuffer buffer = IoBuffer.of(arena.tryLease(minBytes, holder));
        if (buffer == null || (holder != null && arena.isShort(holder))) {
            idle.askBack();
        }
        return buffer;
    }

    /**
     * Leases a block, cleared, of at least {@code minBytes}, when there is one. The event's operation is {@code NOP}, its result
     * 0 and its {@linkplain dev.sluice.events.Event#message() message} the {@link IoBuffer}, the handler's from then on; or {@code
     * ECANCELED} by {@link AsyncIo#cancel}, {@code ETIME} by {@link AsyncIo#cancelAfter}, {@code ENOMEM} if it is the system that has no
     * memory left, without a buffer.
     *
     * <p>While there is enough memory, but so much of it does not lie together, others who ask for less go before it.
     *
     * @param minBytes 1 to {@link #MAX_BLOCK_BYTES}
     * @param holder who has it then, with its ancestors; the event comes at its priority
     * @param attachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED} when too many operations are under way
     * @throws IllegalArgumentException if {@code minBytes} is out of range
     * @throws IllegalStateException if the queue is closed, or the calling thread is not that of the queue
     */
    public long lease(int minBytes, ResourceContainer holder, @Nullable Object attachment) {
        final int waitingBefore = arena.waiting();
        final long id = arena.lease(minBytes, holder, attachment);
        if (arena.waiting() > waitingBefore) {
            idle.awaited();
        } else {
            idle.askBack();
        }
        return id;
    }

    /**
     * As {@link #lease(int, ResourceContainer, Object)}, for a lambda.
     *
     * @param minBytes 1 to {@link #MAX_BLOCK_BYTES}
     * @param holder who has it then, with its ancestors; the event comes at its priority
     * @param handler of the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long lease(int minBytes, ResourceContainer holder, @Nullable EventHandler handler) {
        return lease(minBytes, holder, (Object) handler);
    }

    /**
     * Offers a block that its holder does not need now, and keeps in case he will: he is asked for it when memory is short for him and somebody
     * leases, who has offered his first before others, some with each lease; and as long as somebody waits whom that helps. Allocates nothing.
     *
     * @param lease not offered already
     * @throws IllegalStateException if it is, the queue is closed, or the calling thread is not that of the queue
     */
    public void offer(IdleLease lease) {
        arena.checkUsable();
        if (lease.isOffered) {
            throw new IllegalStateException("offer: it was offered already");
        }
        idle.add(lease);
    }

    /**
     * Ends an offer: the block is used now, or was given back. Does nothing if there is none.
     *
     * @param lease of this arena
     * @throws IllegalStateException if the calling thread is not that of the queue
     */
    public void withdraw(IdleLease lease) {
        arena.checkOwner();
        if (lease.isOffered) {
            idle.remove(lease);
        }
    }

    /**
     * Returns how many blocks are offered: who would hold another one that nobody needs now may see that they stay few.
     *
     * @return the count
     */
    public int offered() {
        return idle.count();
    }

    /**
     * Tells whether memory is short for a container, as {@link Allowance#isShort} says.
     *
     * @param holder who asks
     * @return true if what is not needed now is better given back
     */
    public boolean isShort(ResourceContainer holder) {
        return arena.isShort(holder);
    }

    /**
     * Returns how many leases wait for a block.
     *
     * @return the count
     */
    public int waiting() {
        return arena.waiting();
    }

    /**
     * Returns how many blocks are leased now.
     *
     * @return the count, 0 when everything was given back
     */
    public int leasedCount() {
        return arena.leasedCount();
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
        return HeldBuffer.longest(arena.blocks(), arena.nowNs(), most);
    }

    /**
     * Returns how much memory blocks are cut from. It is taken from the system in pieces of {@link NativeMemory#PIECE_BYTES}, the last
     * of which may not be in use as a whole yet.
     *
     * @return bytes, leased or free; at most what the arena may hold
     */
    public long allocatedBytes() {
        return arena.allocatedBytes();
    }

    /**
     * Returns how much of that memory is registered with the ring, which makes transfers cheaper and pins it.
     *
     * @return bytes; all that is allocated, unless {@link AsyncIoOptions#registeredBuffers()} is false, or the ring does not know
     *     of registration, or the kernel refused more: RLIMIT_MEMLOCK bounds it for who lacks CAP_IPC_LOCK
     */
    public long registeredBytes() {
        return arena.registeredBytes();
    }
}
