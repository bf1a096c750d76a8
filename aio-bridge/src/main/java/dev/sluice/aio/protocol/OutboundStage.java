// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.IoBuffer;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventHandler;
import org.jspecify.annotations.Nullable;

/** The buffer that bytes of the heap are copied into: there when there is something to be copied, and waited for if there is none. */
final class OutboundStage {
    private static final int STAGE_BYTES = 4096;

    private final AsyncIo io;
    private final ResourceContainer container;
    private final BlockWait wait;

    private @Nullable IoBuffer buffer;
    private boolean awaiting;
    private boolean dropped;

    OutboundStage(AsyncIo io, InFlight wire, ResourceContainer container) {
        this.io = io;
        this.container = container;
        wait = new BlockWait(wire, this::lease, this::leased);
    }

    boolean isThere() {
        return buffer != null;
    }

    boolean isAwaited() {
        return awaiting;
    }

    boolean hasBytes() {
        return buffer != null && buffer.bytes().position() > 0;
    }

    @SuppressWarnings("NullAway") // asked when it is there
    int roomBytes() {
        return buffer.bytes().remaining();
    }

    /** Takes one if there is one, large enough for what comes behind the bytes, too, if that can be had. */
    boolean take(long wantedBytes) {
        if (!awaiting) {
            if (wantedBytes > STAGE_BYTES) {
                buffer = io.arena().tryLease((int) wantedBytes, container);
            }
            if (buffer == null) {
                buffer = io.arena().tryLease(STAGE_BYTES, container);
            }
        }
        return buffer != null;
    }

    /** Waits for one. */
    void await() {
        if (!awaiting) {
            awaiting = true;
            wait.begin();
        }
    }

    private long lease(EventHandler attachment) {
        return io.arena().lease(STAGE_BYTES, container, attachment);
    }

    private void leased(@Nullable IoBuffer leased) {
        awaiting = false;
        buffer = leased;
        if (dropped) {
            drop();
        }
    }

    /** Copies as much of it as there is room for; returns whether that was all. */
    @SuppressWarnings("NullAway") // asked when it is there
    boolean add(OutboundItem item) {
        return item.copyInto(buffer.bytes());
    }

    /** Copies what is small of a shared block behind the bytes that are there, and releases the view; false if it is to be sent itself. */
    @SuppressWarnings("NullAway") // there is something to be copied, so it is a view
    boolean tryCopy(OutboundItem item) {
        final int copied = item.copyableBytes();
        if (copied == 0 || !hasBytes() || copied > roomBytes()) {
            return false;
        }
        buffer.bytes().put(item.buffer.bytes());
        item.buffer.release();
        return true;
    }

    /** Returns the buffer, filled up to its position; the next bytes need another one. */
    @SuppressWarnings("NullAway") // asked when it is there
    IoBuffer hand() {
        final IoBuffer filled = buffer;
        buffer = null;
        return filled;
    }

    void drop() {
        dropped = true;
        wait.giveUp();
        if (buffer != null) {
            buffer.release();
            buffer = null;
        }
    }
}
