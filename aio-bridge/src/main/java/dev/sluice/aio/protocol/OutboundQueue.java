// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.SequentialReader;
import dev.sluice.aio.SharedBlock;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.linux.Errno;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What is to be sent, in order: buffers, shared blocks, bytes, ranges of files, what comes out of a pipe. Each is let go of as soon as the
 * kernel has, whether it was sent, failed, or was dropped; waiting for memory, for the disk and for room among the operations is the queue's.
 *
 * <p>Small things that stand together go out as one message. A range is read behind what stands right before it, such as a header, into the
 * same buffer: a small file with its header is one send. So is what is small of a shared block, which is copied. A file is read ahead in pieces, so that however long it is it holds two of them.
 *
 * <p><b>A peer that does not read</b> holds little. What was read ahead for it is given back after a second. From then on, and for everybody
 * while {@linkplain dev.sluice.aio.BufferArena#isShort memory is short}, memory is taken only when the peer takes something, and what it does
 * not take of a file is given back, to be read again.
 *
 * <p>Nothing is refused. Who adds without end is told: when as many bytes are queued as the high mark says, and again when they are down to
 * the low one. A range counts with its length; a pipe, whose length nobody knows, with the high mark; bytes of the heap, until they are
 * copied, with what is needed to hold them, too. Belongs to the thread of its
 * connection: another is refused by an {@link IllegalStateException}.
 */
public final class OutboundQueue {
    private static final long LOW_BYTES = 64L * 1024L;
    private static final long HIGH_BYTES = 256L * 1024L;

    private final ResourceContainer container;
    private final InFlight wire;
    private final OutboundOwner owner;
    private final WaterMarks marks = new WaterMarks(LOW_BYTES, HIGH_BYTES);
    private final OutboundItems items = new OutboundItems();

    /** Sends what is queued. */
    final OutboundPump pump;

    OutboundQueue(Link link, InFlight wire, OutboundOwner owner) {
        container = link.container();
        this.wire = wire;
        this.owner = owner;
        pump = new OutboundPump(link, wire, owner, items, marks);
    }

    /**
     * Sets the marks.
     *
     * @param lowBytes from 0 on; {@value #LOW_BYTES} unless set
     * @param highBytes more than that; {@value #HIGH_BYTES} unless set
     * @throws IllegalArgumentException unless {@code 0 <= lowBytes < highBytes}
     */
    public void setMarks(long lowBytes, long highBytes) {
        marks.set(lowBytes, highBytes);
    }

    /**
     * Sends what remains in a buffer, and releases it. Right before a range, what it has room for is read behind it, and goes out with it.
     *
     * @param buffer the queue's from now on
     * @throws IllegalStateException if it is not the caller's
     */
    public void send(IoBuffer buffer) {
        wire.checkThread();
        final int lengthBytes = buffer.bytes().remaining();
        if (pump.isDropped() || lengthBytes == 0) {
            buffer.release();
            return;
        }
        final OutboundItem item = items.take(lengthBytes);
        item.buffer = buffer;
        add(item);
    }

    /**
     * Sends all that a shared block has, by a view of its own.
     *
     * @param block stays the caller's, who may release it at once
     * @throws IllegalStateException if it was released
     */
    public void send(SharedBlock block) {
        send(block.view());
    }

    /**
     * Sends a part of a shared block, by a view of its own.
     *
     * @param block stays the caller's, who may release it at once
     * @param from in the block
     * @param lengthBytes how many bytes, from there
     * @throws IndexOutOfBoundsException if the block has not as many
     * @throws IllegalStateException if it was released
     */
    public void send(SharedBlock block, int from, int lengthBytes) {
        send(block.view(from, lengthBytes));
    }

    /**
     * Sends bytes of the heap; they are copied when their turn has come and there is a buffer for them. For what is short.
     *
     * @param bytes the queue's from now on: not to be changed any more
     */
    public void send(byte[] bytes) {
        wire.checkThread();
        if (!pump.isDropped() && bytes.length > 0) {
            final OutboundItem item = items.take((long) bytes.length + OutboundItem.HELD_BYTES);
            item.setBytes(bytes);
            add(item);
        }
    }

    /**
     * Sends what is written when its turn has come. Right before a range, that is read behind it, and goes out with it.
     *
     * @param writer called once at most, maybe within this call, on the thread of the connection
     * @throws IllegalArgumentException if its {@link OutboundWriter#maxBytes} is out of range
     */
    public void send(OutboundWriter writer) {
        wire.checkThread();
        final int maxBytes = writer.maxBytes();
        if (maxBytes < 1 || maxBytes > OutboundWriter.MOST_BYTES) {
            throw new IllegalArgumentException(
                    "maxBytes must be 1 to " + OutboundWriter.MOST_BYTES + ": maxBytes=" + maxBytes);
        }
        if (!pump.isDropped()) {
            final OutboundItem item = items.take(maxBytes);
            item.writer = writer;
            add(item);
        }
    }

    /**
     * Sends a range of a file. If the file is shorter than that when it is read, or cannot be read, sending fails with {@code EIO} or that
     * error: what was promised to the peer cannot be had. The reads, and the memory that they fill, are charged to the container of the
     * connection, whatever was declared for the file.
     *
     * @param file open, until {@code whenLetGo} is called
     * @param position of the first byte
     * @param lengthBytes of the range, 0 for nothing
     * @param whenLetGo called once, when the queue does not use the file any more, sent or not: {@code file::discard}, for example. Maybe
     *     within this call
     * @throws IllegalArgumentException if {@code position} or {@code lengthBytes} is negative
     * @throws IllegalStateException if the file is not open
     */
    public void send(AsyncFile file, long position, long lengthBytes, Runnable whenLetGo) {
        send(file, position, lengthBytes, container, whenLetGo);
    }

    /**
     * As {@link #send(AsyncFile, long, long, Runnable)}, with the reads charged to another container than the connection's, such as that of an
     * exchange: it has the memory that they fill until that is sent, its priority says when they go to the disk, and its limits hold for
     * them. A small range that is sent as soon as it is read is charged to it as a whole; all other sending is the connection's.
     *
     * @param file open, until {@code whenLetGo} is called
     * @param position of the first byte
     * @param lengthBytes of the range, 0 for nothing
     * @param charged for the reads; of the same tree. What is queued behind the range waits for them, whatever its own container's priority
     * @param whenLetGo as for {@link #send(AsyncFile, long, long, Runnable)}
     * @throws IllegalArgumentException if {@code position} or {@code lengthBytes} is negative
     * @throws IllegalStateException if the file is not open
     */
    public void send(AsyncFile file, long position, long lengthBytes, ResourceContainer charged, Runnable whenLetGo) {
        send(file, position, lengthBytes, charged, whenLetGo, null);
    }

    /**
     * As {@link #send(AsyncFile, long, long, ResourceContainer, Runnable)}, for who can say something else if the range cannot be had. As long as
     * nothing is sent of it, and of the {@linkplain #send(OutboundWriter) writer} or the bytes right before it, both are dropped then, which is
     * told; what is sent at that goes in their place. After that it fails as the others do. So both are to be sent within one call of a handler:
     * what is sent outside of one goes out at once.
     *
     * @param file open, until {@code whenLetGo} is called
     * @param position of the first byte
     * @param lengthBytes of the range, 0 for nothing
     * @param charged for the reads
     * @param whenLetGo called once, when the queue does not use the file any more, sent or not
     * @param whenUnreadable called with the error, {@code ENODATA} if the file is shorter than that, {@code ETIME} by {@link #giveUpFile()}; null
     *     if there is nothing else to say
     * @throws IllegalArgumentException if {@code position} or {@code lengthBytes} is negative
     * @throws IllegalStateException if the file is not open
     */
    public void send(
            AsyncFile file,
            long position,
            long lengthBytes,
            ResourceContainer charged,
            Runnable whenLetGo,
            @Nullable IntConsumer whenUnreadable) {
        Objects.requireNonNull(charged, "charged");
        if (position < 0L || lengthBytes < 0L) {
            throw new IllegalArgumentException("position and lengthBytes must not be negative: position=" + position
                    + ", lengthBytes=" + lengthBytes);
        }
        if (lengthBytes == 0L) {
            Objects.requireNonNull(whenLetGo, "whenLetGo").run();
        } else {
            addRange(file, position, lengthBytes, lengthBytes, charged, whenLetGo, whenUnreadable);
        }
    }

    /**
     * Sends what can be read from a pipe, or from a file whatever its length is by then, up to its end.
     *
     * @param source open for reading, until {@code whenLetGo} is called
     * @param whenLetGo as for {@link #send(AsyncFile, long, long, Runnable)}
     */
    public void sendToEnd(AsyncFile source, Runnable whenLetGo) {
        addRange(source, 0L, SequentialReader.TO_END, marks.highBytes(), container, whenLetGo, null);
    }

    private void addRange(
            AsyncFile file,
            long position,
            long lengthBytes,
            long countedBytes,
            ResourceContainer charged,
            Runnable whenLetGo,
            @Nullable IntConsumer whenUnreadable) {
        wire.checkThread();
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(whenLetGo, "whenLetGo");
        if (pump.isDropped()) {
            whenLetGo.run();
            return;
        }
        final boolean mayStandBehind = lengthBytes != SequentialReader.TO_END && !file.isDirect();
        final OutboundItem item = items.take(countedBytes);
        item.mayStandBehind = mayStandBehind;
        item.file = file;
        item.position = position;
        item.lengthBytes = lengthBytes;
        item.charged = charged;
        item.whenLetGo = whenLetGo;
        item.whenUnreadable = whenUnreadable;
        add(item);
    }

    private void add(OutboundItem item) {
        items.add(item);
        final boolean rose = marks.add(item.countedBytes);
        owner.added();
        if (rose) {
            owner.roseAboveHigh();
        }
    }

    /**
     * Tells whether a file is what keeps the rest waiting: a disk that is slow, or hangs.
     *
     * @return false if it is the peer, or memory, or nothing
     */
    public boolean isWaitingForFile() {
        return pump.isWaitingForFile();
    }

    /**
     * Waits no longer for the file that {@link #isWaitingForFile()} tells of, if nothing of its range is sent and there is something to be told:
     * drops it, and tells {@code ETIME}. The file is let go of when the kernel has.
     *
     * @return false if that is not so, and nothing was done
     */
    public boolean giveUpFile() {
        wire.checkThread();
        return pump.giveUpFile(Errno.ETIME);
    }

    /**
     * Tells whether everything was sent, and let go of.
     *
     * @return true if nothing is queued
     */
    public boolean isEmpty() {
        return pump.isEmpty();
    }

    /**
     * Tells whether it is better not to add more.
     *
     * @return true from when the high mark was reached until the low one is
     */
    public boolean isAboveHigh() {
        return marks.isAbove();
    }

    /**
     * Returns how much is queued.
     *
     * @return bytes that are not sent yet, as the marks count them
     */
    public long queuedBytes() {
        return marks.bytes();
    }
}
