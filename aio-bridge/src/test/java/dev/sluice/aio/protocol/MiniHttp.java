// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.OpenOptions;
import dev.sluice.aio.RootDirectory;
import dev.sluice.events.Event;
import dev.sluice.uring.linux.Errno;
import java.nio.ByteBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a static server of HTTP/1.1 asks of the layer, in the small: GET and HEAD of files and ranges, kept alive and pipelined, time limits
 * for a request, a file and a client that takes nothing.
 */
final class MiniHttp extends FramedConnection {
    /** How long who may take. */
    record Limits(long idleNs, long requestNs, long fileNs) {
        static final Limits GENEROUS = new Limits(60_000_000_000L, 60_000_000_000L, 60_000_000_000L);
    }

    private static final Pattern RANGE = Pattern.compile("(?i)range: bytes=(\\d+)-(\\d+)");

    private final RootDirectory root;
    private final Limits limits;

    private String request = "";
    private long from;
    private long to;
    private boolean keepAlive;

    MiniHttp(Link link, RootDirectory root, Limits limits) {
        super(link, new LineFrames(1024));
        this.root = root;
        this.limits = limits;
    }

    @Override
    protected void started() {
        idleAfter(limits.idleNs());
    }

    @Override
    protected void frame(ByteBuffer frame) throws ProtocolException {
        final String line = US_ASCII.decode(frame).toString();
        if (request.isEmpty()) {
            begin(line);
        } else if (line.isEmpty()) {
            answer();
        } else {
            field(line);
        }
    }

    private void begin(String line) throws ProtocolException {
        if (line.isEmpty()) {
            return; // between two requests
        }
        if (!line.matches("\\S+ /\\S* HTTP/1\\.1")) {
            throw new ProtocolException("not a request");
        }
        request = line;
        from = 0L;
        to = Long.MAX_VALUE;
        keepAlive = true;
        deadlineAfter(limits.requestNs());
    }

    private void field(String line) {
        final Matcher range = RANGE.matcher(line);
        if (range.matches()) {
            from = Long.parseLong(range.group(1));
            to = Long.parseLong(range.group(2)) + 1L;
        } else if ("connection: close".equalsIgnoreCase(line)) {
            keepAlive = false;
        }
    }

    private void answer() {
        clearDeadline();
        pause();
        final String name = request.split(" ", -1)[1].substring(1);
        final boolean head = request.startsWith("HEAD ");
        request = "";
        final AsyncFile file = io().newFile();
        operations()
                .start(
                        a -> file.open(root, name, OpenOptions.READ, container(), a),
                        event -> opened(event, file, head),
                        limits.fileNs());
    }

    private void opened(Event event, AsyncFile file, boolean head) {
        if (event.failed()) {
            say(event.errno() == Errno.ETIME ? "503 Service Unavailable" : "404 Not Found", 0L);
        } else {
            final long sizeBytes = file.status().sizeBytes();
            final long end = Math.min(to, sizeBytes);
            final boolean whole = from == 0L && to == Long.MAX_VALUE;
            say(whole ? "200 OK" : "206 Partial Content", end - from);
            out().send(file, from, head ? 0L : end - from, file::discard);
        }
        goOn();
    }

    private void say(String status, long lengthBytes) {
        final String connection = keepAlive && !isClosing() ? "" : "Connection: close\r\n";
        out().send(("HTTP/1.1 " + status + "\r\nContent-Length: " + lengthBytes + "\r\n" + connection + "\r\n")
                .getBytes(US_ASCII));
    }

    private void goOn() {
        if (keepAlive) {
            resume();
        } else {
            close();
        }
    }

    @Override
    protected void violated(ProtocolException violation) {
        keepAlive = false;
        say("400 Bad Request", 0L);
    }

    @Override
    protected void deadlinePassed() {
        keepAlive = false;
        say("408 Request Timeout", 0L);
        close();
    }

    /** Who takes nothing of what is there for him is not waited for. */
    @Override
    protected void idle() {
        if (out().isEmpty()) {
            close();
        } else {
            abort();
        }
    }
}
