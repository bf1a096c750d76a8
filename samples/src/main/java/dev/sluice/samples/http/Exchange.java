package dev.sluice.samples.http;

import dev.sluice.aio.FileStatus;
import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.SequentialReader;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.uring.Opcode;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpStatus;

/**
 * One request and its response at a time: opens the file or has it from the cache, reads it into buffers that the
 * connection sends, lets go of it.
 *
 * <p>The header is written in front of the first piece of the file, so that a small file is one read and one send. Of
 * a large one the next piece is read while one is sent: two buffers, whatever the file's size.
 */
final class Exchange implements EventHandler {
    private static final int PIECE_BYTES = 64 * 1024;

    /** One is read while one is sent. */
    private static final int PIECES = 2;

    private static final String INDEX = "index.html";

    /** What to try again when others have given buffers back. */
    private enum Refused {
        NOTHING,
        OPEN,
        RESPOND,
        PUMP
    }

    private final ServerContext context;
    private final Connection connection;
    private final ResourceContainer container;
    private final ServedFile file;
    private final SequentialReader body;

    private Refused refused = Refused.NOTHING;
    private boolean aborted;

    private String path = "";
    private String query = "";
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

    Exchange(ServerContext context, Connection connection, ResourceContainer container) {
        this.context = context;
        this.connection = connection;
        this.container = container;
        this.file = new ServedFile(context, container, this);
        this.body = new SequentialReader(context.io, PIECE_BYTES, PIECES);
    }

    /** Answers a well-formed request. */
    void begin(RequestParser request) {
        context.counters.requests++;
        head = request.isHead();
        keepAlive = request.keepAlive();
        sayKeepAlive = request.askedToKeepAlive();
        preconditions.copyOf(request.preconditions());
        if (!head && !request.isGet()) {
            answer(HttpStatus.METHOD_NOT_ALLOWED_405);
            return;
        }
        final RequestTarget target = context.target;
        final int parsed = target.set(request.target());
        if (parsed != HttpStatus.OK_200) {
            keepAlive = false;
            answer(parsed);
            return;
        }
        directory = target.isDirectory();
        query = target.query();
        path = directory ? indexOf(target.path()) : target.path();
        final int found = file.find(path);
        if (found > 0) {
            open();
        } else {
            openEnded(found);
        }
    }

    private static String indexOf(String directoryPath) {
        return directoryPath.isEmpty() ? INDEX : directoryPath + "/" + INDEX;
    }

    /** Answers what could not be parsed, or did not come in time. */
    void refuse(int refusalStatus) {
        context.counters.requests++;
        head = false;
        keepAlive = false;
        sayKeepAlive = false;
        answer(refusalStatus);
    }

    private void open() {
        if (!file.open(path)) {
            waitTo(Refused.OPEN);
        }
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
            default -> throw new IllegalStateException("not an operation of an exchange: " + event);
        }
    }

    private void openEnded(int result) {
        if (aborted) {
            closeFile();
            finishIfDone();
        } else if (result < 0) {
            answer(ShortAnswer.statusOf(-result));
        } else {
            opened(file.status());
        }
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

    /** Writes the header, and starts what comes behind it. */
    private void respond() {
        bodyBytes = status == HttpStatus.OK_200 && !head ? file.status().sizeBytes() : 0L;
        final IoBuffer buffer = context.io.arena().tryLease(firstBufferBytes(), container);
        if (buffer == null) {
            waitTo(Refused.RESPOND);
            return;
        }
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
            ShortAnswer.write(context.header, out, status, path, query, head);
        }
        if (bodyBytes > 0L) {
            body.begin(file.file(), 0L, bodyBytes, container, this);
            if (!connection.sendFirst(body, buffer)) {
                waitTo(Refused.PUMP);
            }
        } else {
            out.flip();
            filled = buffer;
            pump();
        }
    }

    private int firstBufferBytes() {
        return (int) Math.min(
                PIECE_BYTES, ResponseHeader.MAX_BYTES + ShortAnswer.locationBytes(status, path, query) + bodyBytes);
    }

    private void readEnded(int result, IoBuffer piece) {
        if (aborted) {
            closeFile();
            finishIfDone();
        } else if (piece != null) {
            filled = piece;
            pump();
        } else if (started || result == 0) {
            // It is shorter than announced, or cannot be read on: only the end of the connection can tell the client.
            connection.abort();
        } else {
            answer(HttpStatus.INTERNAL_SERVER_ERROR_500);
        }
    }

    /** The whole response was sent in one step. */
    private void fileSent(int result) {
        if (!aborted) {
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

    /** Sends what was read, reads on, and closes the file as soon as all of it was read. */
    private void pump() {
        if (filled != null && !connection.isSending()) {
            final IoBuffer buffer = filled;
            filled = null;
            countStart();
            connection.send(buffer);
        }
        if (body.isAtEnd()) {
            closeFile();
        } else if (!body.readAhead() && !connection.isSending()) {
            waitTo(Refused.PUMP);
        }
    }

    /** The connection has sent a buffer of this exchange. */
    void sent(IoBuffer buffer) {
        if (bodyBytes > 0L) {
            body.giveBack(buffer);
        } else {
            buffer.release();
        }
        pump();
        finishIfDone();
    }

    private void closeFile() {
        if (!body.isReading()) {
            file.close();
        }
    }

    private void finishIfDone() {
        if (!isIdle()) {
            return;
        }
        if (aborted) {
            connection.endIfDone();
        } else if (started && filled == null && body.isAtEnd() && !connection.isSending()) {
            started = false;
            connection.responseEnded(keepAlive);
        }
    }

    private void waitTo(Refused step) {
        refused = step;
        context.waiting.add(connection);
    }

    /** Tries again what was refused. */
    void resume() {
        final Refused step = refused;
        refused = Refused.NOTHING;
        switch (step) {
            case NOTHING -> {}
            case OPEN -> open();
            case RESPOND -> respond();
            case PUMP -> {
                pump();
                finishIfDone();
            }
        }
    }

    @Override
    public void abort() {
        connection.abort();
    }

    /** Gives up: cancels, closes the file, and tells the connection when nothing is under way any more. */
    void cancel() {
        aborted = true;
        body.cancel();
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
        return file.isClosed() && !body.isReading();
    }
}
