package dev.sluice.samples.http;

import dev.sluice.aio.FileStatus;
import dev.sluice.aio.IoBuffer;
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
    private static final int PAGE_BYTES = 4096;
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

    private Refused refused = Refused.NOTHING;
    private boolean aborted;

    private String path = "";
    private boolean directory;
    private boolean head;
    private boolean keepAlive;
    private boolean sayKeepAlive;
    private String ifModifiedSince;

    private int status;
    private boolean started;

    /** How much of the file is to be sent, and how much of it was read. */
    private long bodyBytes;

    private long readBytes;

    private IoBuffer reading;
    private IoBuffer filled;
    private IoBuffer spare;

    Exchange(ServerContext context, Connection connection, ResourceContainer container) {
        this.context = context;
        this.connection = connection;
        this.container = container;
        this.file = new ServedFile(context, container, this);
    }

    /** Answers a well-formed request. */
    void begin(RequestParser request) {
        context.counters.requests++;
        head = request.isHead();
        keepAlive = request.keepAlive();
        sayKeepAlive = request.askedToKeepAlive();
        ifModifiedSince = request.ifModifiedSince();
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
            case Opcode.READ -> readEnded(event.result());
            case Opcode.SEND -> fileSent(event.result());
            case Opcode.CLOSE -> {
                file.closeEnded();
                finishIfDone();
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
            if (ifModifiedSince != null && context.header.isUnmodified(ifModifiedSince, found.modifiedSeconds())) {
                answer(HttpStatus.NOT_MODIFIED_304);
            } else {
                answer(HttpStatus.OK_200);
            }
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
        final IoBuffer buffer = context.io.arena().lease(firstBufferBytes(), container);
        if (buffer == null) {
            waitTo(Refused.RESPOND);
            return;
        }
        final ByteBuffer out = buffer.bytes();
        keepAlive &= !context.draining;
        context.header.begin(out, status, keepAlive, sayKeepAlive);
        if (status == HttpStatus.OK_200) {
            context.header.field(out, context.mediaTypes.of(path));
            context.header.lastModified(out, file.status().modifiedSeconds());
            context.header.contentLength(out, file.status().sizeBytes());
            context.header.end(out);
        } else if (status == HttpStatus.NOT_MODIFIED_304) {
            context.header.lastModified(out, file.status().modifiedSeconds());
            context.header.end(out);
        } else {
            ShortAnswer.write(context.header, out, status, path, head);
        }
        if (bodyBytes > 0L) {
            final int room = out.remaining();
            // A piece that is not the last ends on a page of the file: the next ones are read from there.
            out.limit(out.position() + (int) Math.min(bodyBytes, bodyBytes > room ? (room & -PAGE_BYTES) : room));
            if (bodyBytes > room) {
                read(buffer);
            } else {
                readsInto(buffer, file.send(connection, buffer));
            }
        } else {
            out.flip();
            filled = buffer;
            pump();
        }
    }

    private int firstBufferBytes() {
        return (int)
                Math.min(PIECE_BYTES, ResponseHeader.MAX_BYTES + ShortAnswer.locationBytes(status, path) + bodyBytes);
    }

    /** Starts reading into what remains of {@code buffer}, or keeps it for later. */
    private void read(IoBuffer buffer) {
        readsInto(buffer, file.read(buffer, readBytes));
    }

    private void readsInto(IoBuffer buffer, boolean begun) {
        if (begun) {
            reading = buffer;
        } else {
            spare = buffer;
            waitTo(Refused.PUMP);
        }
    }

    private void readEnded(int result) {
        final IoBuffer buffer = reading;
        reading = null;
        if (aborted) {
            buffer.release();
            closeFile();
            finishIfDone();
        } else if (result > 0) {
            readBytes += result;
            buffer.bytes().flip();
            filled = buffer;
            pump();
        } else if (started || result == 0) {
            // It is shorter than announced, or cannot be read on: only the end of the connection can tell the client.
            buffer.release();
            connection.abort();
        } else {
            buffer.release();
            answer(HttpStatus.INTERNAL_SERVER_ERROR_500);
        }
    }

    /** The whole response was sent in one step. */
    private void fileSent(int result) {
        final IoBuffer buffer = reading;
        reading = null;
        buffer.release();
        if (aborted) {
            closeFile();
            finishIfDone();
        } else if (result < 0) {
            connection.abort();
        } else {
            countStart();
            readBytes = bodyBytes;
            closeFile();
            finishIfDone();
        }
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
        if (readBytes == bodyBytes) {
            closeFile();
        } else if (reading == null && filled == null) {
            readOn();
        }
    }

    private void readOn() {
        IoBuffer buffer = spare;
        spare = null;
        if (buffer == null) {
            buffer = context.io.arena().lease((int) Math.min(PIECE_BYTES, bodyBytes - readBytes), container);
        }
        if (buffer != null) {
            final ByteBuffer bytes = buffer.bytes();
            if (started) {
                bytes.clear().limit((int) Math.min(bytes.capacity(), bodyBytes - readBytes));
            }
            read(buffer);
        } else if (!connection.isSending()) {
            waitTo(Refused.PUMP);
        }
    }

    /** The connection has sent a buffer of this exchange. */
    void sent(IoBuffer buffer) {
        if (readBytes < bodyBytes && spare == null) {
            spare = buffer;
        } else {
            buffer.release();
        }
        pump();
        finishIfDone();
    }

    private void closeFile() {
        if (!file.close(reading != null)) {
            waitTo(Refused.PUMP);
        }
    }

    private void finishIfDone() {
        if (!isIdle()) {
            return;
        }
        if (aborted) {
            connection.endIfDone();
        } else if (started && filled == null && readBytes == bodyBytes && !connection.isSending()) {
            releaseBuffers();
            started = false;
            readBytes = 0L;
            connection.responseEnded(keepAlive);
        }
    }

    private void releaseBuffers() {
        if (filled != null) {
            filled.release();
            filled = null;
        }
        if (spare != null) {
            spare.release();
            spare = null;
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
        if (aborted) {
            closeFile();
            finishIfDone();
            return;
        }
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
        releaseBuffers();
        if (file.isOpening()) {
            file.cancelOpen();
        } else {
            closeFile();
        }
    }

    /** Tells whether no operation is under way. */
    boolean isIdle() {
        return file.isClosed() && reading == null;
    }
}
