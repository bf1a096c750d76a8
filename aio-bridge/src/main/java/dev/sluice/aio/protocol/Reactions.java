// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.BufferArena;
import dev.sluice.aio.IoBuffer;
import dev.sluice.containers.ResourceContainer;
import java.net.SocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the author of a protocol asks and says of a connection: what is called by {@link Connection} does something unless overridden.
 */
abstract class Reactions {
    /** A closing connection on which nothing moves for so long, or whose peer does not end its side, is aborted. */
    private static final long CLOSING_LIMIT_NS = 5_000_000_000L;

    final Link link;
    final OutputEnd outputEnd;

    /** Made by the connection, whose events they are. */
    IdleClock idleClock;

    /** Else nobody looks at the clock, for each byte that moves. */
    private boolean idleClockStarted;

    Deadline deadline;

    long closingLimitNs = CLOSING_LIMIT_NS;

    /** How much is to be sent is no reason to receive nothing. */
    boolean receivesWhileCongested;

    @SuppressWarnings("NullAway.Init") // the connection makes the clocks
    Reactions(Link link) {
        this.link = Objects.requireNonNull(link, "link");
        outputEnd = new OutputEnd(link.transport());
    }

    /**
     * Returns the bridge.
     *
     * @return that of the queue
     */
    protected final AsyncIo io() {
        return link.io();
    }

    /**
     * Returns who is charged. A client of {@link Server} has one of its own below that of its class; {@link ResourceContainer#setParent} moves it
     * to another class, such as when the client has logged in, with all that it has. Before that the author asks whether the other class has
     * room.
     *
     * @return the container of this connection
     */
    protected final ResourceContainer container() {
        return link.container();
    }

    /**
     * Tells who the peer is. Costs a system call the first time, and nothing from then on: who wants to know it at the end asks in {@link
     * #started()}.
     *
     * @return an {@link java.net.InetSocketAddress}; of a Unix socket a {@link java.net.UnixDomainSocketAddress}, whose path is empty if the peer
     *     has no name, as most clients have none, or an {@link dev.sluice.uring.memory.AbstractUnixAddress}. Also of a peer that has gone already.
     *     Null if the transport does not know it, or was closed before anybody asked
     */
    public final @Nullable SocketAddress peerAddress() {
        return link.peerAddress();
    }

    /**
     * Tells how much of what was sent the peer has acknowledged, also while a send is under way: who is slow, and who takes nothing.
     *
     * @return bytes since the beginning, or a negative errno, {@code EOPNOTSUPP} if it is no TCP socket, {@code EBADF} if it is being closed
     */
    protected final long ackedBytes() {
        return link.transport().ackedBytes();
    }

    /**
     * Tells how much was sent that the peer has not taken in.
     *
     * @return bytes that the kernel has, the end of the stream counting as one; or a negative errno, {@code EBADF} if it is being closed
     */
    protected final int unackedBytes() {
        return link.transport().unackedBytes();
    }

    /**
     * Tells whether bytes of the peer have come and wait for memory to be received into: then it is not the peer who is slow.
     *
     * @return true until they are received
     */
    protected final boolean isAwaitingMemory() {
        return link.transport().isAwaitingMemory();
    }

    /**
     * Says after how long without a byte {@link #idle()} is called.
     *
     * @param durationNs in nanoseconds, above 0
     * @throws IllegalArgumentException if it is not above 0
     */
    protected final void idleAfter(long durationNs) {
        if (!isClosing()) {
            startIdleClock(durationNs);
        }
    }

    /**
     * Sets a deadline, in place of any that there was: for a request to be complete, for example.
     *
     * @param durationNs from now on, in nanoseconds, 0 or more
     * @throws IllegalArgumentException if it is negative
     */
    protected final void deadlineAfter(long durationNs) {
        if (!isClosing()) {
            deadline.start(durationNs);
        }
    }

    /** Ends the deadline: what was to be done is done. */
    protected final void clearDeadline() {
        deadline.cancel();
    }

    /**
     * Says how long a connection that is closed may wait for its peer, with nothing that moves, before it aborts.
     *
     * @param limitNs in nanoseconds, above 0; for a close that comes later
     * @throws IllegalArgumentException if it is not above 0
     */
    protected final void closeWithin(long limitNs) {
        closingLimitNs = IdleClock.check(limitNs);
    }

    /**
     * Ends this side alone: what {@link Connection#out()} has is sent, then the peer is told that nothing more comes; what it sends is received on.
     * Nothing may be added to {@link Connection#out()} after this. Who has called this closes in the end, such as when the peer has ended its side
     * too.
     *
     * @throws IllegalStateException if the calling thread is not that of the connection
     * @see <a href="https://man7.org/linux/man-pages/man2/shutdown.2.html">shutdown(2)</a>
     */
    protected final void endOutput() {
        settleAfter(outputEnd::ask);
    }

    /**
     * Says into how large blocks is received: for who takes in much, and wants it in few pieces.
     *
     * @param blockBytes 4,096, which it is unless this is called, up to {@link dev.sluice.aio.BufferArena#MAX_BLOCK_BYTES}; for a receive that
     *     begins later. While memory is short blocks are as small as ever
     * @throws IllegalArgumentException if it is out of range
     */
    protected final void receiveInBlocksOf(int blockBytes) {
        if (blockBytes < SocketTransport.BLOCK_BYTES || blockBytes > BufferArena.MAX_BLOCK_BYTES) {
            throw new IllegalArgumentException("blockBytes must be " + SocketTransport.BLOCK_BYTES + " to "
                    + BufferArena.MAX_BLOCK_BYTES + ": blockBytes=" + blockBytes);
        }
        link.transport().receiveInBlocksOf(blockBytes);
    }

    /**
     * Receives from now on also while more is to be sent than the high mark of {@link Connection#out()} says: for who takes in only what he can pass
     * on, and {@linkplain Connection#pause() pauses} otherwise. Between one that relays and one that answers as it reads each would wait for the
     * other else, both with more to send than is taken.
     */
    protected final void receiveWhileCongested() {
        receivesWhileCongested = true;
    }

    /** Changes something on the connection's thread, and does what is possible now. */
    abstract void settleAfter(Runnable change);

    /** As {@link Connection#isClosing()}. */
    abstract boolean isClosing();

    /** As {@link Connection#close()}. */
    public abstract void close();

    /** As {@link Connection#abort()}. */
    public abstract void abort();

    /** Called once, before anything is received. Does nothing unless overridden. */
    protected void started() {}

    /**
     * Bytes have come.
     *
     * @param block filled from its position to its limit; this connection's to release, or to send. If this throws it is released, unless it
     *     was released or sent: who throws must not have kept it
     * @throws ProtocolException if they break the protocol: see {@link #violated}
     */
    protected abstract void received(IoBuffer block) throws ProtocolException;

    /** The peer has ended its side: nothing more comes. Called once. {@linkplain #close() Closes} unless overridden. */
    protected void peerEnded() {
        close();
    }

    /**
     * The peer has broken the protocol, and the connection is {@linkplain #close() closed} after this. {@linkplain #abort() Aborts} unless
     * overridden: such as to say why.
     *
     * @param violation what was thrown
     */
    protected void violated(ProtocolException violation) {
        abort();
    }

    /**
     * Receiving or sending has failed, or reading what was to be sent: the connection is aborted after this. Does nothing unless overridden.
     *
     * @param errno such as {@code ECONNRESET} or {@code EPIPE}, of {@link dev.sluice.uring.linux.Errno}
     */
    protected void failed(int errno) {}

    /**
     * Nothing was received or sent, nothing taken by the peer of what the kernel has, nothing of {@link Connection#operations()} was in flight,
     * and no memory awaited, for as long as {@link Connection#idleAfter} says, or twice as long if the kernel has something for the peer; called
     * again after as long again. {@linkplain #close() Closes} unless overridden: such as to send a sign of life.
     */
    protected void idle() {
        close();
    }

    /** What was to be done by the {@link Connection#deadlineAfter deadline} is not. {@linkplain #abort() Aborts} unless overridden. */
    protected void deadlinePassed() {
        abort();
    }

    /**
     * All that was put into {@link Connection#out()} is sent: the kernel has it, or was given it, if it is short and nothing else is to be done at its
     * end. Does nothing unless overridden.
     */
    protected void allSent() {}

    /**
     * The transport is closed, and the peer has no more to do with this; operations may be in flight, such as a read of a disk that hangs, until
     * {@link #released()}. Does nothing unless overridden.
     */
    protected void transportClosed() {}

    /** More is queued in {@link Connection#out()} than its high mark says. Does nothing unless overridden. */
    protected void congested() {}

    /** After {@link #congested()}, no more is queued than the low mark says. Does nothing unless overridden. */
    protected void relieved() {}

    /**
     * The server stops: finishes what is begun and takes in nothing more. {@linkplain #close() Closes}, which does that, unless overridden.
     */
    protected void drain() {
        close();
    }

    /** The last call: the kernel holds nothing of this connection any more. Does nothing unless overridden. */
    protected void released() {}

    /** Aborts, whose event settles the rest. */
    final RuntimeException givenUp(RuntimeException failure) {
        try {
            abort();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    final void startIdleClock(long durationNs) {
        idleClock.start(durationNs);
        idleClockStarted = true;
    }

    /** Something has moved. */
    final void touch() {
        if (idleClockStarted) {
            idleClock.touch();
        }
    }

    /** Calls a reaction, also within a call of somebody else. */
    final void tell(Runnable reaction) {
        try {
            reaction.run();
        } catch (RuntimeException e) {
            throw givenUp(e);
        }
    }

    /** Goes on with what was received and not taken yet. */
    void takeInput() throws ProtocolException {}

    /** What was received and not taken is the last: throws if the end came too early. */
    void checkInputEnd() throws ProtocolException {}

    /** Gives back what was received and not taken. */
    void releaseInput() {}
}
