// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.operation;

import dev.sluice.events.reaping.Reaper;
import dev.sluice.uring.BufferRing;
import dev.sluice.uring.Closing;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What layers have registered with a queue's ring, or want closed with the queue.
 *
 * <p>Belongs to the thread of the queue; what layers call throws {@link IllegalStateException} on another.
 */
public final class QueueResources {
    private final Reaper reaper;

    /** Made when first asked for: a queue that is being opened asks nothing more of its ring, since nobody would release what it has by then. */
    private @Nullable RegisteredBuffers registeredBuffers;

    private final List<BufferRing> bufferRings = new ArrayList<>();
    private final List<AutoCloseable> atClose = new ArrayList<>();

    /**
     * Nothing yet.
     *
     * @param reaper the queue's
     */
    public QueueResources(Reaper reaper) {
        this.reaper = reaper;
    }

    /**
     * Returns the memory that transfers need not look up.
     *
     * @return always the same object
     */
    public RegisteredBuffers registeredBuffers() {
        reaper.checkOwner();
        if (registeredBuffers == null) {
            registeredBuffers = new RegisteredBuffers(reaper.ring.registration());
        }
        return registeredBuffers;
    }

    /**
     * Makes buffers that the kernel picks from by itself. They stay its own until the queue is closed, after the last
     * completion.
     *
     * @param count of buffers: a power of two, at most {@link BufferRing#MAX_COUNT}
     * @param bufferBytes size of each, above zero, of all together at most {@link BufferRing#MAX_BYTES}
     * @return the buffers, a group of their own, not to be closed by the caller
     * @throws IllegalArgumentException if a number is out of its range
     * @throws dev.sluice.uring.RingException if the ring refuses, as {@link dev.sluice.uring.RingRegistration#registerBufferRing} says
     */
    public BufferRing openBufferRing(int count, int bufferBytes) {
        reaper.checkUsable();
        final BufferRing buffers = BufferRing.open(reaper.ring, bufferRings.size(), count, bufferBytes);
        bufferRings.add(buffers);
        return buffers;
    }

    /**
     * Has {@code resource} closed when the queue is, after the last completion.
     *
     * @param resource holds memory or descriptors that operations use
     */
    public void atClose(AutoCloseable resource) {
        reaper.checkUsable();
        atClose.add(resource);
    }

    /**
     * Forgets what was given to {@link #atClose}: it is closed.
     *
     * @param resource the same object
     */
    public void closed(AutoCloseable resource) {
        reaper.checkOwner();
        atClose.remove(resource);
    }

    /**
     * Takes back from the ring what is registered with it; when the kernel uses none of it any more. The queue's to call, as are those below.
     *
     * @param closing collects what fails
     */
    public void unregister(Closing closing) {
        bufferRings.forEach(closing::step);
        if (registeredBuffers != null) {
            closing.step(registeredBuffers::close);
        }
    }

    /**
     * Frees the memory of the buffers that the kernel picked from, after the close of the ring.
     *
     * @param closing collects what fails
     */
    public void free(Closing closing) {
        bufferRings.forEach(buffers -> closing.step(buffers::free));
    }

    /**
     * Closes what was to be closed with the queue, last.
     *
     * @param closing collects what fails
     */
    public void close(Closing closing) {
        List.copyOf(atClose).forEach(closing::step); // each may say that it is closed
    }
}
