// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.AsyncSocket;
import dev.sluice.aio.BufferArena;
import dev.sluice.aio.IdleLease;
import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.SequentialReader;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.events.EventHandler;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.PollMask;
import dev.sluice.uring.linux.SocketFlags;
import java.net.SocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a connection on a socket, as they are.
 *
 * <p>As a rule bytes are awaited first, and taken from the socket when their turn has come, into a block that is leased then: of {@value
 * #BLOCK_BYTES} bytes, or more if that was asked for, one at a time. So who has nothing to say holds no block, and neither does who waits for his turn: what he has
 * said stays with the kernel, and the block that one has read is the next one's. Only {@value #MOST_AT_HAND} of a queue are received for with a
 * block at hand, which costs a system call less, and none while {@linkplain dev.sluice.aio.BufferArena#isShort memory is short}.
 */
public final class SocketTransport implements Transport {
    /** Of what is received at a time, unless more is asked for. */
    static final int BLOCK_BYTES = 4096;

    /** Of a queue. A small file that is in memory took 6 percent more CPU time at 32 connections without; the blocks of these stay in the cache. */
    static final int MOST_AT_HAND = 64;

    private final AsyncIo io;
    private final AsyncSocket socket;
    private final ResourceContainer container;
    private InFlight wire;
    private Listener listener;

    /** To be received into; null unless a receive is under way, or to be started. */
    private @Nullable IoBuffer block;

    private int blockBytes = BLOCK_BYTES;
    private BlockWait blockWait;
    private boolean awaitingBlock;
    private IoBuffer[] outgoing;
    private int outgoingCount;
    private IoBuffer outgoingPart;
    private boolean closing;

    /** Of the last send that was quiet. */
    private long quietSendId = AsyncIo.BACK_PRESSURED;

    private EventHandler quietSendEnded;

    /** Null if nobody has asked. */
    private @Nullable SocketAddress peerAddress;

    private final InFlight.Start awaitBytes = this::startAwaitingBytes;
    private final EventHandler bytesCame = this::bytesCame;
    private final InFlight.Start receiveStart = this::startReceive;
    private final Idle idle;
    private final InFlight.Start idleReceiveStart = this::startIdleReceive;
    private final EventHandler receiveEnded = this::receiveEnded;
    private final InFlight.Start sendStart = this::startSend;
    private final InFlight.Start sendSomeStart = this::startSendSome;
    private final EventHandler sendEnded = event -> listener.sent(event.result());
    private final InFlight.Start awaitRoomStart = this::startAwaitingRoom;
    private final EventHandler roomCame = event -> listener.roomCame(event.result());

    /**
     * Takes over an open socket.
     *
     * @param io whose arena blocks are leased from
     * @param socket open, with nothing under way
     * @param container charged, at whose priority everything comes
     */
    @SuppressWarnings("NullAway.Init") // open() comes before all else, send() before what is sent
    public SocketTransport(AsyncIo io, AsyncSocket socket, ResourceContainer container) {
        this.io = Objects.requireNonNull(io, "io");
        this.socket = Objects.requireNonNull(socket, "socket");
        this.container = Objects.requireNonNull(container, "container");
        idle = new Idle(container);
    }

    @Override
    public void open(InFlight newWire, Listener newListener) {
        wire = newWire;
        listener = newListener;
        blockWait = new BlockWait(newWire, this::startLease, this::leased);
        quietSendEnded = newWire.around(this::quietSendEnded);
    }

    @Override
    public void receiveInBlocksOf(int newBlockBytes) {
        blockBytes = newBlockBytes;
    }

    @Override
    public void receive() {
        final BufferArena arena = io.arena();
        if (arena.offered() < MOST_AT_HAND && !arena.isShort(container) && tryLease(blockBytes)) {
            wire.start(idleReceiveStart, receiveEnded);
        } else {
            wire.start(awaitBytes, bytesCame);
        }
    }

    private long startAwaitingBytes(EventHandler attachment) {
        return socket.awaitReadiness(PollMask.POLLIN, container, attachment);
    }

    /** There are bytes, or a receive will tell what is wrong. */
    private void bytesCame(Event event) {
        if (closing) {
            listener.receiveEnded(-Errno.ECANCELED);
        } else if (event.failed()) {
            listener.receiveEnded(event.result());
        } else if (tryLeaseLarge() || tryLease(BLOCK_BYTES)) {
            receiveNow();
        } else {
            awaitingBlock = true;
            blockWait.begin();
        }
    }

    private boolean tryLeaseLarge() {
        return blockBytes > BLOCK_BYTES && !io.arena().isShort(container) && tryLease(blockBytes);
    }

    private boolean tryLease(int sizeBytes) {
        block = io.arena().tryLease(sizeBytes, container);
        return block != null;
    }

    /** What is no bytes an operation tells: that the peer has ended its side, or an error. */
    @SuppressWarnings("NullAway") // a block was leased
    private void receiveNow() {
        if (socket.tryReceive(block, container) > 0) {
            handReceived();
        } else {
            wire.start(receiveStart, receiveEnded);
        }
    }

    @SuppressWarnings("NullAway") // as in receiveNow
    private void handReceived() {
        final IoBuffer received = block;
        block = null;
        received.bytes().flip();
        listener.received(received);
    }

    private long startLease(EventHandler attachment) {
        return io.arena().lease(BLOCK_BYTES, container, attachment);
    }

    private void leased(@Nullable IoBuffer leased) {
        awaitingBlock = false;
        block = leased;
        if (leased == null) {
            listener.receiveEnded(-Errno.ECANCELED);
        } else if (closing) {
            releaseBlock();
            listener.receiveEnded(-Errno.ECANCELED);
        } else {
            receiveNow();
        }
    }

    @SuppressWarnings("NullAway") // there is a block while a receive is to be started, or under way
    private long startReceive(EventHandler attachment) {
        return socket.receive(block, container, attachment);
    }

    /** Nobody knows whether the peer has something to say. */
    private long startIdleReceive(EventHandler attachment) {
        final long id = startReceive(attachment);
        if (id != AsyncIo.BACK_PRESSURED) {
            idle.receiveId = id;
            io.arena().offer(idle);
        }
        return id;
    }

    /** The block of a receive from a peer that may be silent. */
    private final class Idle extends IdleLease {
        private long receiveId;

        /** The receive was cancelled for the sake of its block. */
        private boolean givingBack;

        Idle(ResourceContainer holder) {
            super(holder);
        }

        @Override
        protected void giveBack() {
            givingBack = io.cancel(receiveId);
        }
    }

    private void receiveEnded(Event event) {
        final boolean givingBack = idle.givingBack;
        idle.givingBack = false;
        io.arena().withdraw(idle);
        if (givingBack && !closing && (event.result() == -Errno.ECANCELED || event.result() == -Errno.EINTR)) {
            releaseBlock();
            wire.start(awaitBytes, bytesCame);
        } else if (event.result() > 0) {
            handReceived();
        } else {
            releaseBlock();
            listener.receiveEnded(event.result());
        }
    }

    private void releaseBlock() {
        if (block != null) {
            block.release();
            block = null;
        }
    }

    @Override
    public boolean isAwaitingMemory() {
        return awaitingBlock;
    }

    @Override
    public void send(IoBuffer[] buffers, int count) {
        outgoing = buffers;
        outgoingCount = count;
        wire.start(sendStart, sendEnded);
    }

    private long startSend(EventHandler attachment) {
        return outgoingCount == 1
                ? socket.send(outgoing[0], container, attachment)
                : socket.sendMessage(outgoing, outgoingCount, container, attachment);
    }

    @Override
    public boolean sendQuietly(IoBuffer[] buffers, int count) {
        quietSendId = count == 1
                ? socket.sendQuietly(buffers[0], container, quietSendEnded)
                : socket.sendMessageQuietly(buffers, count, container, quietSendEnded);
        return quietSendId != AsyncIo.BACK_PRESSURED;
    }

    private void quietSendEnded(Event event) {
        if (event.failed()) {
            listener.sendFailed(-event.result());
        } else {
            listener.sent(event.result());
        }
    }

    @Override
    public boolean tellSent() {
        return socket.tellSent(quietSendId);
    }

    @Override
    public void sendSome(IoBuffer buffer) {
        outgoingPart = buffer;
        wire.start(sendSomeStart, sendEnded);
    }

    private long startSendSome(EventHandler attachment) {
        return socket.sendSome(outgoingPart, container, attachment);
    }

    @Override
    public void awaitRoom() {
        wire.start(awaitRoomStart, roomCame);
    }

    private long startAwaitingRoom(EventHandler attachment) {
        return socket.awaitReadiness(PollMask.POLLOUT, container, attachment);
    }

    @Override
    public boolean sendFirst(SequentialReader range, IoBuffer head) {
        return range.sendFirst(socket, head);
    }

    @Override
    public void watch() {
        // That the peer will send no more is told too, once, and no reason to end.
        wire.start(a -> socket.awaitReadiness(PollMask.POLLRDHUP, container, a), event -> {
            if (event.result() > 0 && (event.result() & PollMask.POLLERR) != 0) {
                listener.receiveEnded(-Errno.ECONNRESET);
            }
        });
    }

    /**
     * {@inheritDoc} The kernel is asked once, when this is called first; also of a Unix socket, whose clients mostly have an empty path, and of
     * a peer that has gone.
     *
     * @return null, too, if this is called first when the socket is closed
     */
    @Override
    public @Nullable SocketAddress peerAddress() {
        if (peerAddress == null && socket.isOpen()) {
            peerAddress = socket.tryPeerAddress();
        }
        return peerAddress;
    }

    @Override
    public long ackedBytes() {
        return socket.isOpen() ? socket.ackedBytes() : -Errno.EBADF;
    }

    @Override
    public int unackedBytes() {
        return socket.isOpen() ? socket.unackedBytes() : -Errno.EBADF;
    }

    @Override
    public void endSending() {
        wire.start(
                a -> {
                    socket.declareInterest(container, a); // what its event carries
                    return socket.shutdown(SocketFlags.SHUT_WR);
                },
                event -> {}); // if the peer has gone, receiving tells
    }

    @Override
    public void reset() {
        socket.dropAtClose(); // one that cannot be told so is closed as any other
        close();
    }

    @Override
    public void close() {
        closing = true;
        blockWait.giveUp();
        wire.start(
                a -> {
                    socket.declareInterest(container, a);
                    return socket.close();
                },
                event -> {
                    releaseBlock(); // of a receive that was not started
                    listener.closed();
                });
    }
}
