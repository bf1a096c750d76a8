// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.SequentialReader;
import dev.sluice.aio.SharedBlock;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is to be sent, in order: buffers, shared blocks, bytes, ranges of files, what comes out of a pipe. Each is let go of as soon as the
 * kernel has, whether it was sent, failed, or was dropped; waiting for memory, for the disk and for room among the operations is the queue's.
 *
 * <p>Small things that stand together go out as one message. A file is read ahead in pieces, so that however long it is it holds two of them.
 *
 * <p>Nothing is refused. Who adds without end is told: when as many bytes are queued as the high mark says, and again when they are down to
 * the low one. A range counts with its length; a pipe, whose length nobody knows, with the high mark. Belongs to the thread of its
 * connection.
 */
public final class OutboundQueue {
    /** Who is told what becomes of the queue. */
    interface Owner {
        /** Tells whether {@link OutboundQueue#pump} is called soon: what is added until then goes out together. */
        boolean pumpsLater();

        /** As many bytes are queued as the high mark says. */
        void roseAboveHigh();

        /** After that, no more than the low mark says. */
        void fellBelowLow();

        /** Nothing more will be sent: sending failed, or reading what is to be sent, with this error. */
        void sendFailed(int errno);
    }

    /** Of a buffer that bytes are copied into. */
    private static final int STAGE_BYTES = 4096;

    private static final long LOW_BYTES = 64L * 1024L;
    private static final long HIGH_BYTES = 256L * 1024L;

    private final AsyncIo io;
    private final InFlight wire;
    private final Transport transport;
    private final ResourceContainer container;
    private final Owner owner;
    private final WaterMarks marks = new WaterMarks(LOW_BYTES, HIGH_BYTES);
    private final RangeSource range;

    private final ArrayDeque<OutboundItem> items = new ArrayDeque<>();
    private final ArrayDeque<OutboundItem> unused = new ArrayDeque<>();

    private final IoBuffer[] buffers = new IoBuffer[Transport.MAX_BUFFERS];
    private final int[] lengths = new int[Transport.MAX_BUFFERS];
    private final boolean[] isPiece = new boolean[Transport.MAX_BUFFERS];
    private int count;
    private boolean sending;

    /** Who is told of a mark may add something meanwhile. */
    private boolean gathering;

    /** Bytes are copied into it; null if there are none, or it was full. */
    private @Nullable IoBuffer stage;

    private boolean awaitingStage;
    private boolean dropped;

    OutboundQueue(AsyncIo io, InFlight wire, Transport transport, ResourceContainer container, Owner owner) {
        this.io = io;
        this.wire = wire;
        this.transport = transport;
        this.container = container;
        this.owner = owner;
        range = new RangeSource(io, wire, container);
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
     * Sends what remains in a buffer, and releases it.
     *
     * @param buffer the queue's from now on
     * @throws IllegalStateException if it is not the caller's
     */
    public void send(IoBuffer buffer) {
        final int lengthBytes = buffer.bytes().remaining();
        if (dropped || lengthBytes == 0) {
            buffer.release();
            return;
        }
        final OutboundItem item = newItem(lengthBytes);
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
        if (!dropped && bytes.length > 0) {
            final OutboundItem item = newItem(bytes.length);
            item.bytes = ByteBuffer.wrap(bytes);
            add(item);
        }
    }

    /**
     * Sends a range of a file. If the file is shorter than that when it is read, or cannot be read, sending fails with {@code EIO} or that
     * error: what was promised to the peer cannot be had.
     *
     * @param file open, until {@code whenLetGo} is called
     * @param position of the first byte
     * @param lengthBytes of the range, 0 for nothing
     * @param whenLetGo called once, when the queue does not use the file any more, sent or not: {@code file::discard}, for example. Maybe
     *     within this call
     * @throws IllegalArgumentException if {@code position} or {@code lengthBytes} is negative
     */
    public void send(AsyncFile file, long position, long lengthBytes, Runnable whenLetGo) {
        if (position < 0L || lengthBytes < 0L) {
            throw new IllegalArgumentException("position and lengthBytes must not be negative: position=" + position
                    + ", lengthBytes=" + lengthBytes);
        }
        if (lengthBytes == 0L) {
            Objects.requireNonNull(whenLetGo, "whenLetGo").run();
        } else {
            addRange(file, position, lengthBytes, lengthBytes, whenLetGo);
        }
    }

    /**
     * Sends what can be read from a pipe, or from a file whatever its length is by then, up to its end.
     *
     * @param source open for reading, until {@code whenLetGo} is called
     * @param whenLetGo as for {@link #send(AsyncFile, long, long, Runnable)}
     */
    public void sendToEnd(AsyncFile source, Runnable whenLetGo) {
        addRange(source, 0L, SequentialReader.TO_END, marks.highBytes(), whenLetGo);
    }

    private void addRange(AsyncFile file, long position, long lengthBytes, long countedBytes, Runnable whenLetGo) {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(whenLetGo, "whenLetGo");
        if (dropped) {
            whenLetGo.run();
            return;
        }
        final OutboundItem item = newItem(countedBytes);
        item.file = file;
        item.position = position;
        item.lengthBytes = lengthBytes;
        item.whenLetGo = whenLetGo;
        add(item);
    }

    private OutboundItem newItem(long countedBytes) {
        final OutboundItem item = unused.isEmpty() ? new OutboundItem() : unused.pollLast();
        item.countedBytes = countedBytes;
        return item;
    }

    private void add(OutboundItem item) {
        items.add(item);
        final boolean rose = marks.add(item.countedBytes);
        if (!owner.pumpsLater()) {
            pump();
        }
        if (rose) {
            owner.roseAboveHigh();
        }
    }

    /** Sends on, if nothing is being sent: as much as is there and fits in one message. */
    void pump() {
        if (sending || dropped || gathering) {
            return;
        }
        gathering = true;
        gather();
        seal();
        gathering = false;
        if (range.errno() != 0 && count == 0 && !range.isFree()) {
            owner.sendFailed(range.errno());
        } else if (count > 0) {
            sending = true;
            transport.send(buffers, count);
        }
    }

    private void gather() {
        OutboundItem item;
        boolean goOn = true;
        while (goOn && !dropped && count < buffers.length && (item = items.peek()) != null) {
            if (item.bytes != null) {
                goOn = gatherBytes(item);
            } else if (item.buffer != null) {
                seal();
                if (count < buffers.length) {
                    put(item.buffer, false);
                    remove(item);
                }
            } else {
                seal();
                goOn = gatherPieces(item);
            }
        }
    }

    @SuppressWarnings("NullAway") // called for what has bytes
    private boolean gatherBytes(OutboundItem item) {
        if (stage == null) {
            stage = awaitingStage ? null : io.arena().tryLease(STAGE_BYTES, container);
            if (stage == null) {
                awaitStage();
                return false;
            }
        }
        final ByteBuffer from = item.bytes;
        final ByteBuffer into = stage.bytes();
        final int copied = Math.min(from.remaining(), into.remaining());
        into.put(into.position(), from, from.position(), copied);
        into.position(into.position() + copied);
        from.position(from.position() + copied);
        if (!into.hasRemaining()) {
            seal();
        }
        if (!from.hasRemaining()) {
            remove(item);
        }
        return true;
    }

    /** What was copied is to be sent before what comes next. */
    private void seal() {
        if (stage != null && stage.bytes().position() > 0) {
            stage.bytes().flip();
            put(stage, false);
            stage = null;
        }
    }

    /** If something can be sent meanwhile, its end is a better time to ask. */
    private void awaitStage() {
        if (count == 0 && !awaitingStage) {
            awaitingStage = true;
            wire.start(a -> io.arena().lease(STAGE_BYTES, container, a), this::stageCame);
        }
    }

    private void stageCame(Event event) {
        awaitingStage = false;
        stage = (IoBuffer) event.message(); // null if the wait was ended
        if (dropped) {
            releaseStage();
        }
    }

    private boolean gatherPieces(OutboundItem item) {
        if (range.isFree()) {
            range.begin(item);
        } else if (!range.isOf(item)) {
            return false; // the one before is still being sent
        }
        IoBuffer piece;
        while (count < buffers.length && (piece = range.nextPiece()) != null) {
            put(piece, true);
        }
        range.goOn();
        if (!range.tryPass()) {
            return false;
        }
        items.remove();
        subtract(range.letGoIfDone());
        return true;
    }

    private void put(IoBuffer buffer, boolean piece) {
        buffers[count] = buffer;
        lengths[count] = buffer.bytes().remaining();
        isPiece[count++] = piece;
    }

    private void remove(OutboundItem item) {
        items.remove();
        item.clear();
        unused.add(item);
    }

    /** The transport has the outcome of what was sent. */
    void sent(int result) {
        final long lessBytes = takeBack() + range.letGoIfDone();
        if (dropped) {
            return;
        }
        if (result < 0) {
            owner.sendFailed(-result);
        } else {
            subtract(lessBytes);
        }
    }

    private void subtract(long lessBytes) {
        if (marks.subtract(lessBytes)) {
            owner.fellBelowLow();
        }
    }

    private long takeBack() {
        long lessBytes = 0L;
        for (int i = 0; i < count; i++) {
            if (isPiece[i]) {
                lessBytes += range.sent(buffers[i], lengths[i]);
            } else {
                buffers[i].release();
                lessBytes += lengths[i];
            }
            buffers[i] = null;
        }
        count = 0;
        sending = false;
        return lessBytes;
    }

    /** Lets go of everything that is not in flight; the rest follows with its events. */
    @SuppressWarnings("NullAway") // a range has something to be run
    void drop() {
        if (dropped) {
            return;
        }
        dropped = true;
        OutboundItem item;
        while ((item = items.poll()) != null) {
            if (item.buffer != null) {
                item.buffer.release();
            } else if (item.file != null && !range.isOf(item)) {
                item.whenLetGo.run();
            }
        }
        range.cancel();
        releaseStage();
    }

    private void releaseStage() {
        if (stage != null) {
            stage.release();
            stage = null;
        }
    }

    /** Nothing is in flight any more: lets go of what was to be sent next and never was. */
    void end() {
        drop();
        takeBack();
        range.letGoIfDone();
    }

    /**
     * Tells whether everything was sent, and let go of.
     *
     * @return true if nothing is queued
     */
    public boolean isEmpty() {
        return items.isEmpty() && count == 0 && range.isFree();
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
