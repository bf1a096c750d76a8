// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.AsyncSocket;
import dev.sluice.aio.IoBuffer;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.events.EventHandler;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.PollMask;
import dev.sluice.uring.linux.SocketFlags;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a connection on a socket, as they are.
 *
 * <p>Receives into blocks of {@value #BLOCK_BYTES} bytes from the arena. Who has nothing to say holds one of them, and none while {@linkplain
 * dev.sluice.aio.BufferArena#isShort memory is short}: bytes are awaited then, and a block leased when they have come.
 */
public final class SocketTransport implements Transport {
    /** Of what is received at a time. */
    static final int BLOCK_BYTES = 4096;

    private final AsyncIo io;
    private final AsyncSocket socket;
    private final ResourceContainer container;
    private InFlight wire;
    private Listener listener;

    /** To be received into; null unless a receive is under way, or to be started. */
    private @Nullable IoBuffer block;

    private IoBuffer[] outgoing;
    private int outgoingCount;

    private final InFlight.Start receiveStart = this::startReceive;
    private final EventHandler receiveEnded = this::receiveEnded;
    private final InFlight.Start sendStart = this::startSend;
    private final EventHandler sendEnded = event -> listener.sent(event.result());

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
    }

    @Override
    public void open(InFlight newWire, Listener newListener) {
        wire = newWire;
        listener = newListener;
    }

    @Override
    public void receive() {
        block = io.arena().isShort(container) ? null : io.arena().tryLease(BLOCK_BYTES, container);
        if (block == null) {
            wire.start(a -> socket.awaitReadiness(PollMask.POLLIN, container, a), this::receivable);
        } else {
            wire.start(receiveStart, receiveEnded);
        }
    }

    /** There are bytes, or the receive will tell what is wrong. */
    private void receivable(Event event) {
        if (!socket.isOpen()) {
            listener.receiveEnded(-Errno.ECANCELED);
        } else if (event.failed()) {
            listener.receiveEnded(event.result());
        } else {
            block = io.arena().tryLease(BLOCK_BYTES, container);
            if (block == null) {
                wire.start(a -> io.arena().lease(BLOCK_BYTES, container, a), this::granted);
            } else {
                wire.start(receiveStart, receiveEnded);
            }
        }
    }

    private void granted(Event event) {
        block = (IoBuffer) event.message();
        if (block == null) {
            listener.receiveEnded(event.result());
        } else if (!socket.isOpen()) {
            releaseBlock();
            listener.receiveEnded(-Errno.ECANCELED);
        } else {
            wire.start(receiveStart, receiveEnded);
        }
    }

    @SuppressWarnings("NullAway") // there is a block while a receive is to be started, or under way
    private long startReceive(EventHandler attachment) {
        return socket.receive(block, container, attachment);
    }

    @SuppressWarnings("NullAway") // as in startReceive
    private void receiveEnded(Event event) {
        if (event.result() > 0) {
            final IoBuffer received = block;
            block = null;
            received.bytes().flip();
            listener.received(received);
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
