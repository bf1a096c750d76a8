// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.net;

import dev.sluice.aio.AsyncSocket;
import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.protocol.InFlight;
import dev.sluice.events.Event;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.PollMask;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A balancer's connection whose header is being read.
 *
 * <pre>
 *   bytes are awaited ---> a block is leased ---> received: what the header has at least ---> complete: a newcomer, or refused
 *           ^                                                 |
 *           +------------------- the block is given back -----+
 * </pre>
 *
 * <p>No byte behind the header is taken from the kernel: they are the protocol's, and wait there. So the header comes in up to eight pieces, and
 * who says nothing holds no memory.
 */
final class Introduction {
    private static final Logger LOG = LoggerFactory.getLogger(Introduction.class);

    final long sinceNs;

    private final Introductions line;
    private final InetSocketAddress balancer;
    private final AsyncSocket socket;
    private final InFlight operations;
    private final ProxyHeader header = new ProxyHeader(ProxyHeader.USUAL_MAX_BYTES);

    /** To be received into; null unless that is under way. */
    private IoBuffer block;

    /** The header is complete, or refused. */
    private boolean over;

    private boolean refused;
    private boolean left;

    /** Takes over a connected socket. */
    Introduction(Introductions line, InetSocketAddress balancer, int fd) {
        this.line = line;
        this.balancer = balancer;
        sinceNs = line.door.nowNs();
        socket = line.door.adopt(fd, line.container);
        operations = new InFlight(line.events, line.door.io, line.container, this::settle);
    }

    /** Begins to read, or reads on. */
    void await() {
        operations.start(a -> socket.awaitReadiness(PollMask.POLLIN, line.container, a), event -> readable());
    }

    private void readable() {
        if (over) {
            return;
        }
        block = line.door.io.arena().tryLease(header.leastLeft(), line.container);
        if (block == null) {
            operations.start(a -> line.door.io.arena().lease(header.leastLeft(), line.container, a), this::leased);
        } else {
            receive();
        }
    }

    private void leased(Event event) {
        block = (IoBuffer) event.message();
        if (over) {
            releaseBlock();
        } else if (block == null) {
            refuse(Errno.name(-event.result()));
        } else {
            receive();
        }
    }

    private void receive() {
        block.bytes().limit(header.leastLeft());
        operations.start(a -> socket.receive(block, line.container, a), this::received);
    }

    private void received(Event event) {
        final ByteBuffer bytes = block.bytes().flip();
        final boolean complete = !over && event.result() > 0 && header.read(bytes);
        releaseBlock();
        if (over) {
            return;
        }
        if (event.result() <= 0) {
            refuse(event.result() == 0 ? "it ended before its header did" : Errno.name(-event.result()));
        } else if (!complete) {
            await();
        } else if (header.fault() != null) {
            refuse(header.fault());
        } else {
            over = true;
            line.over(this);
        }
    }

    private void releaseBlock() {
        if (block != null) {
            block.release();
            block = null;
        }
    }

    /** Closes the connection without an answer. */
    void refuse(String reason) {
        if (!over) {
            LOG.debug("a connection of the balancer {} is closed: {}", balancer, reason);
            over = true;
            refused = true;
            line.over(this);
            line.refused++;
            operations.cancelAll();
            settle();
        }
    }

    /** What the kernel still holds of it ends first. */
    private void settle() {
        if (!over || left || operations.count() > 0) {
            return;
        }
        left = true;
        line.left();
        if (refused) {
            socket.discard();
        } else {
            line.named(socket, header.hasAddresses() ? header.source() : balancer);
        }
    }
}
