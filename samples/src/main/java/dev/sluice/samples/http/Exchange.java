// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.BufferArena;
import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.SequentialReader;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.samples.http.wire.RequestReader;
import dev.sluice.samples.http.wire.ResponseHeader;
import dev.sluice.uring.Opcode;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpStatus;

/**
 * One request and its response at a time: opens the file or has it from the cache, reads it into buffers that the
 * connection sends, lets go of it.
 *
 * <p>The header is written in front of the first piece of the file, so that a small file is one read and one send. Of
 * a large one the next piece is read while one is sent: two buffers, whatever the file's size.
 *
 * <p>What was read ahead for a client that stands still is given back after a second. While memory is short, an exchange has a
 * buffer only when the client takes something, and sends what that is without waiting: it holds nothing for who does not read.
 */
final class Exchange implements EventHandler {
    private static final int PIECE_BYTES = 64 * 1024;

    /** One is read while one is sent. */
    private static final int PIECES = 2;

    /** The first buffer was sent, or as much of it as its header. */
    private static final int NO_HEADER = -1;

    /** A first piece while memory is short, its header included. */
    private static final int SMALL_PIECE_BYTES = 16 * 1024;

    /** One that is to be had as long as there is any memory. */
    private static final int PAGE_BYTES = 4096;

    private final ServerContext context;
    private final Connection connection;
    private final ResourceContainer container;
    private final Answer answer;
    private final ServedFile file;
    private final SequentialReader body;

    private final StandingStill standingStill = new StandingStill();
    private boolean aborted;

    /** The file was given up for its answer did not come: what still comes is dropped. */
    private boolean fileGivenUp;

    private boolean started;

    /** How much of the file is to be sent. */
    private long bodyBytes;

    /** To be sent next. */
    private IoBuffer filled;

    /** How much of the first buffer is its header; 0 until it is written, {@link #NO_HEADER} once it is sent. */
    private int headerBytes;

    /** Memory is short: none is held while the client takes nothing. */
    private boolean lean;

    private boolean awaitingSocket;

    /** The header's buffer is awaited, of {@link #leaseId}. */
    private boolean awaitingBuffer;

    private long leaseId;

    Exchange(ServerContext context, Connection connection, ResourceContainer container) {
        this.context = context;
        this.connection = connection;
        this.container = container;
        this.answer = new Answer(context);
        this.file = new ServedFile(context, container, this);
        this.body = new SequentialReader(context.io, PIECE_BYTES, PIECES);
    }

    /** Answers a well-formed request. */
    void begin(RequestReader request) {
        context.counters.requests++;
        final int wanted = answer.begin(request);
        if (wanted != HttpStatus.OK_200) {
            respond(wanted);
            return;
        }
        final int found = file.find(answer.path());
        if (found > 0) {
            file.open(answer.path());
        } else {
            openEnded(found);
        }
    }

    /** Answers what could not be parsed, or did not come in time. */
    void refuse(int refusalStatus, boolean isHead) {
        context.counters.requests++;
        answer.beginRefusal(isHead);
        respond(refusalStatus);
    }

    @Override
    public void handle(Event event) {
        switch (event.operation()) {
            case Opcode.OPENAT2 -> {
                file.openEnded(event);
                openEnded(event.result());
            }
            case Opcode.READ -> readEnded(event.result(), body.take(event));
            case Opcode.SEND -> {
                body.take(event);
                fileSent(event.result());
            }
            case Opcode.POLL_ADD -> socketReady(event.result());
            case Opcode.NOP -> bufferCame(event);
            default -> throw new IllegalStateException("not an operation of an exchange: " + event);
        }
    }

    private void openEnded(int result) {
        if (aborted || fileGivenUp) {
            closeFile();
            finishIfDone();
        } else if (result < 0) {
            refuseFile(result);
        } else {
            respond(answer.statusFor(file.status()));
        }
    }

    /** Says why the file cannot be had. At its end it was cut since it was opened: the next time it is what it is then. */
    private void refuseFile(int result) {
        context.noteRefusedFile(-result);
        respond(result == 0 ? HttpStatus.SERVICE_UNAVAILABLE_503 : ShortAnswer.statusOf(-result));
    }

    /** Takes a buffer and writes the header; while memory is short only when the client takes something. */
    private void respond(int status) {
        answer.decide(status);
        bodyBytes = answer.sendsFile() ? file.status().sizeBytes() : 0L;
        headerBytes = 0;
        lean = context.io.arena().isShort(container);
        if (lean) {
            awaitSocket();
        } else {
            takeBuffer();
        }
    }

    private void takeBuffer() {
        final BufferArena arena = context.io.arena();
        IoBuffer buffer = arena.tryLease(firstBufferBytes(lean ? SMALL_PIECE_BYTES : PIECE_BYTES), container);
        if (buffer == null) {
            buffer = arena.tryLease(firstBufferBytes(PAGE_BYTES), container);
        }
        if (buffer != null) {
            respond(buffer);
            return;
        }
        leaseId = ServerContext.started(arena.lease(firstBufferBytes(PAGE_BYTES), container, this));
        awaitingBuffer = true;
        connection.stopTimeout(); // it is not the client who is slow
    }

    /** Waits until the client takes something, holding nothing that could be read again. */
    private void awaitSocket() {
        connection.awaitSendable(this);
        awaitingSocket = true;
    }

    private void socketReady(int result) {
        awaitingSocket = false;
        if (aborted) {
            finishIfDone();
        } else if (result < 0) {
            connection.abort();
        } else if (headerBytes == 0) {
            takeBuffer();
        } else {
            pump();
            finishIfDone();
        }
    }

    /** The turn for a buffer has come: for the header, or for the next piece. */
    private void bufferCame(Event event) {
        if (!awaitingBuffer) {
            readEnded(event.result(), body.take(event));
            return;
        }
        awaitingBuffer = false;
        final IoBuffer buffer = (IoBuffer) event.message();
        if (!aborted) {
            connection.progressed();
            respond(buffer);
            return;
        }
        if (buffer != null) {
            buffer.release();
        }
        finishIfDone();
    }

    /** Writes the header, and starts what comes behind it. */
    private void respond(IoBuffer buffer) {
        final ByteBuffer out = buffer.bytes();
        answer.write(out, file);
        headerBytes = out.position();
        if (bodyBytes > 0L) {
            body.begin(file.file(), 0L, bodyBytes, container, this);
            ServerContext.started(lean ? body.readFirst(buffer) : connection.sendFirst(body, buffer));
        } else {
            out.flip();
            filled = buffer;
            pump();
        }
    }

    private int firstBufferBytes(int most) {
        final int header = answer.maxHeaderBytes();
        return (int) Math.min(Math.max(most, header), header + bodyBytes);
    }

    private void readEnded(int result, IoBuffer piece) {
        if (aborted || fileGivenUp) {
            closeFile();
            finishIfDone();
        } else if (piece != null) {
            readMore(piece);
        } else if (body.isReading()) {
            connection.progressed(); // it has the buffer that it waited for
        } else if (started) {
            // It is shorter than announced, or cannot be read on: only the end of the connection can tell the client.
            connection.abort();
        } else {
            if (filled != null) {
                body.giveBack(filled);
                filled = null;
            }
            refuseFile(result);
        }
    }

    private void readMore(IoBuffer piece) {
        if (filled != null) {
            pump(); // the one before was held back
        }
        final boolean held =
                !lean && !started && body.missingBytes() > 0L && bodyBytes <= PIECE_BYTES - ResponseHeader.MAX_BYTES;
        filled = piece;
        // All of the file was asked for, and less came. If it has ended there, its length is not to be announced.
        if (held) {
            readAhead();
        }
        if (!held || !body.isReading()) {
            pump(); // memory has become short: there is none to see with
        }
    }

    /** The whole response was sent in one step. */
    private void fileSent(int result) {
        if (!aborted && !fileGivenUp) {
            if (result < 0) {
                connection.abort();
                return;
            }
            countStart();
        }
        closeFile();
        finishIfDone();
    }

    private void countStart() {
        if (!started) {
            started = true;
            context.counters.response(answer.status());
        }
    }

    /** Sends what was read, reads on, and closes the file as soon as nothing of it can be wanted any more. */
    private void pump() {
        if (filled != null && !connection.isSending()) {
            final IoBuffer buffer = filled;
            filled = null;
            standingStill.stopTimeout();
            countStart();
            connection.send(buffer, lean);
        }
        final boolean mayComeBack = filled != null || (lean && connection.isSending());
        if (body.isAtEnd()) {
            if (!mayComeBack) {
                closeFile();
            }
        } else if (!lean || !mayComeBack) {
            readAhead();
        }
        if (filled != null && bodyBytes > 0L) {
            context.standing.start(standingStill, context.nowNs);
        }
    }

    private void readAhead() {
        ServerContext.started(body.readAhead());
        if (body.isAwaitingBuffer() && !connection.isSending()) {
            connection.stopTimeout(); // it is not the client who is slow
        }
    }

    /** The connection has sent a buffer of this exchange, or what the client takes of it. */
    void sent(IoBuffer buffer) {
        if (buffer.bytes().hasRemaining()) {
            if (bodyBytes > 0L && buffer.bytes().position() >= headerBytes) {
                headerBytes = NO_HEADER;
                body.giveBackUnused(buffer);
            } else {
                filled = buffer;
            }
            awaitSocket();
            return;
        }
        headerBytes = NO_HEADER;
        if (bodyBytes > 0L) {
            body.giveBack(buffer);
        } else {
            buffer.release();
        }
        lean = context.io.arena().isShort(container);
        if (lean && !body.isAtEnd() && !body.isReading() && filled == null) {
            awaitSocket();
        } else {
            pump();
            finishIfDone();
        }
    }

    /** Gives back what was read ahead for a client that takes nothing. */
    private final class StandingStill extends TimeoutEntry {
        @Override
        void timedOut() {
            if (filled != null && connection.isSending()) {
                final IoBuffer unused = filled;
                filled = null;
                body.giveBackUnused(unused);
            }
        }
    }

    private void closeFile() {
        if (!body.isReading()) {
            file.close();
        }
    }

    private void finishIfDone() {
        if (!isIdle() && !fileGivenUp) {
            return;
        }
        if (aborted) {
            connection.endIfDone();
        } else if (started && filled == null && body.isAtEnd() && !connection.isSending()) {
            started = false;
            connection.responseEnded(answer.keepsAlive());
        }
    }

    @Override
    public void abort() {
        connection.abort();
    }

    /**
     * The time for a step of the response is over. If a disk is what it waits for, answers so as long as nothing else was; what was
     * begun can only be ended with the connection, when the client has taken in what there is of it.
     *
     * @return false if it is not the disk that the response waits for, or the client has more to take in
     */
    boolean fileTimedOut() {
        if (started && !connection.hasTakenAll()) {
            return false;
        }
        if (!(file.isOpening() ? file.cancelOpen() : body.isWaitingForFile())) {
            return false;
        }
        if (started) {
            connection.abort();
        } else {
            fileGivenUp = true;
            body.cancel();
            respond(HttpStatus.SERVICE_UNAVAILABLE_503);
        }
        return true;
    }

    /** Gives up: cancels, closes the file, and tells the connection when nothing is under way any more. */
    void cancel() {
        aborted = true;
        standingStill.stopTimeout();
        body.cancel();
        if (awaitingBuffer) {
            context.io.cancel(leaseId);
        }
        if (filled != null) {
            filled.release();
            filled = null;
        }
        if (file.isOpening()) {
            file.cancelOpen();
        } else {
            closeFile();
        }
    }

    /** Tells whether no operation is under way. */
    boolean isIdle() {
        return file.isClosed() && !body.isReading() && !awaitingSocket && !awaitingBuffer;
    }
}
