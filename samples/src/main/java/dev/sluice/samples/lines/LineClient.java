// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.lines;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.OpenOptions;
import dev.sluice.aio.RootDirectory;
import dev.sluice.aio.protocol.FramedConnection;
import dev.sluice.aio.protocol.LineFrames;
import dev.sluice.aio.protocol.Link;
import dev.sluice.aio.protocol.ProtocolException;
import dev.sluice.events.Event;
import dev.sluice.uring.linux.OpenFlags;
import java.nio.ByteBuffer;

/**
 * One client: {@code GET name} is answered with {@code OK length} and the file, or with {@code ERR reason}. Requests may be sent without waiting
 * for answers, which come in the same order: the next one is looked at when the file of this one is open.
 */
final class LineClient extends FramedConnection {
    private static final String GET = "GET ";
    private static final int MAX_LINE_BYTES = 1024;
    /** A FIFO would wait for one who writes to it. */
    private static final OpenOptions OPEN = OpenOptions.READ.withFlags(OpenFlags.O_NONBLOCK);

    private static final long IDLE_NS = 60_000_000_000L;

    private final RootDirectory root;

    LineClient(Link link, RootDirectory root) {
        super(link, new LineFrames(MAX_LINE_BYTES));
        this.root = root;
    }

    @Override
    protected void started() {
        idleAfter(IDLE_NS);
    }

    @Override
    protected void frame(ByteBuffer frame) throws ProtocolException {
        final String line = UTF_8.decode(frame).toString();
        final String name = line.startsWith(GET) ? line.substring(GET.length()) : "";
        if (name.isEmpty() || name.indexOf('\0') >= 0) {
            throw new ProtocolException("not a request");
        }
        pause();
        final AsyncFile file = io().newFile();
        operations().start(a -> file.open(root, name, OPEN, container(), a), event -> opened(file, event));
    }

    private void opened(AsyncFile file, Event event) {
        if (event.failed()) {
            say("ERR " + event.errnoName());
        } else if (file.status().isRegularFile()) {
            final long lengthBytes = file.status().sizeBytes();
            say("OK " + lengthBytes);
            out().send(file, 0L, lengthBytes, file::discard);
        } else {
            file.discard();
            say("ERR not a file");
        }
        resume();
    }

    @Override
    protected void violated(ProtocolException violation) {
        say("ERR " + violation.getMessage());
    }

    private void say(String line) {
        out().send((line + "\n").getBytes(UTF_8));
    }
}
