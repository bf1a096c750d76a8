// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.BufferArena;
import dev.sluice.aio.FileStatus;
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

    private static final String INDEX = "index.html";

    /** A first piece while memory is short, its header included. */
    private static final int SMALL_PIECE_BYTES = 16 * 1024;

    /** One that is to be had as long as there is any memory. */
    private static final int PAGE_BYTES = 4096;

    private final ServerContext context;
    private final Connection connection;
    private final ResourceContainer container;
    private final ServedFile file;
    private final SequentialReader body;

    private final StandingStill standingStill = new StandingStill();
    private boolean aborted;

    /** The file was given up for its answer did not come: what still comes is dropped. */
    private boolean fileGivenUp;

    private String path = "";
    private String query = "";

    /** Where a redirect leads; empty for all else. */
    private String location = "";

    private boolean directory;
    private boolean head;
    private boolean keepAlive;
    private boolean sayKeepAlive;
    private final Preconditions preconditions = new Preconditions();

    private int status;
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
        this.file = new ServedFile(context, container, this);
        this.body = new SequentialReader(context.io, PIECE_BYTES, PIECES);
    }

    /** Answers a well-formed request. */
    void begin(RequestReader request) {
        context.counters.requests++;
        head = request.isHead();
        keepAlive = request.keepAlive();
        sayKeepAlive = request.askedToKeepAlive();
        preconditions.set(request.fields());
        final RequestTarget target = context.target;
        final int verdict = head || request.isGet() ? target.set(request.target()) : ShortAnswer.toMethod(request);
        if (verdict != HttpStatus.OK_200) {
            keepAlive &= verdict < HttpStatus.BAD_REQUEST_400 || verdict == HttpStatus.METHOD_NOT_ALLOWED_405;
            answer(verdict);
            return;
        }
        directory = target.isDirectory();
        query = target.query();
        path = directory ? indexOf(target.path()) : target.path();
        final int found = file.find(path);
        if (found > 0) {
            file.open(path);
        } else {
            openEnded(found);
        }
    }

    private static String indexOf(String directoryPath) {
        return directoryPath.isEmpty() ? INDEX : directoryPath + "/" + INDEX;
    }

    /** Answers what could not be parsed, or did not come in time. */
    void refuse(int refusalStatus, boolean isHead) {
        context.counters.requests++;
        head = isHead;
        keepAlive = false;
        sayKeepAlive = false;
        answer(refusalStatus);
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
            opened(file.status());
        }
    }

    /** Says why the file cannot be had. At its end it was cut since it was opened: the next time it is what it is then. */
    private void refuseFile(int result) {
        context.noteRefusedFile(-result);
        answer(result == 0 ? HttpStatus.SERVICE_UNAVAILABLE_503 : ShortAnswer.statusOf(-result));
    }

    private void opened(FileStatus found) {
        if (found.isRegularFile()) {
            answer(preconditions.evaluate(context.header, found.modifiedSeconds()));
        } else if (found.isDirectory() && !directory) {
            answer(HttpStatus.MOVED_PERMANENTLY_301);
        } else {
            answer(HttpStatus.NOT_FOUND_404);
        }
    }

    private void answer(int newStatus) {
        status = newStatus;
        if (newStatus >= HttpStatus.INTERNAL_SERVER_ERROR_500) {
            keepAlive = false;
        }
        respond();
    }

    /** Takes a buffer and writes the header; while memory is short only when the client takes something. */
    private void respond() {
        bodyBytes = status == HttpStatus.OK_200 && !head ? file.status().sizeBytes() : 0L;
        location = status == HttpStatus.MOVED_PERMANENTLY_301 ? ShortAnswer.location(path, query) : "";
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
        keepAlive &= !context.draining;
        context.header.begin(out, status, keepAlive, sayKeepAlive);
        if (status == HttpStatus.OK_200) {
            final FileStatus found = file.status();
            out.put(context.fileFields.of(
                    path, context.header.notAfterDate(found.modifiedSeconds()), found.sizeBytes()));
        } else if (status == HttpStatus.NOT_MODIFIED_304) {
            context.header.lastModified(
                    out, context.header.notAfterDate(file.status().modifiedSeconds()));
            context.header.end(out);
        } else {
            ShortAnswer.write(context.header, out, status, location, head);
        }
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
        final int header = ResponseHeader.MAX_BYTES + location.length();
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
            context.counters.response(status);
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
            connection.responseEnded(keepAlive);
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
            answer(HttpStatus.SERVICE_UNAVAILABLE_503);
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
