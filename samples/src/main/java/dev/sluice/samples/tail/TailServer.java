// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.tail;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.FileChange;
import dev.sluice.aio.FileStatus;
import dev.sluice.aio.FileWatch;
import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.OpenOptions;
import dev.sluice.aio.RootDirectory;
import dev.sluice.aio.SharedBlock;
import dev.sluice.aio.protocol.Connection;
import dev.sluice.aio.protocol.Link;
import dev.sluice.aio.protocol.Server;
import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.uring.call.Inotify;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tail FILE}: sends the lines that a file grows by to all who are connected; the file is followed by its name, one look at a time. */
@Command(name = "tail", description = "Sends the lines that a file grows by to all who are connected.")
public final class TailServer implements Callable<Integer> {
    private static final int BLOCK_BYTES = 64 * 1024;
    private static final int CHANGES = Inotify.IN_MODIFY | Inotify.IN_CREATE | Inotify.IN_MOVED_TO;

    @Parameters(paramLabel = "FILE", description = "Followed by its name: also when another file takes its place.")
    private Path path;

    @Option(names = "--port", defaultValue = "7003", description = "0 for any free one.")
    private int port;

    @Option(names = "--heartbeat-ms", defaultValue = "10000", description = "After which silence is said to be none.")
    private long heartbeatMs;

    private final FileStatus named = new FileStatus();
    private Server server;
    private ResourceContainer container;
    private RootDirectory directory;
    private String name;
    private AsyncFile file;
    private long position;
    private boolean looking;
    private boolean changed;

    @Override
    public Integer call() throws IOException {
        name = path.getFileName().toString();
        try (Server opened = Server.open();
                RootDirectory parent = RootDirectory.open(path.toAbsolutePath().getParent())) {
            server = opened;
            directory = parent;
            file = server.io().newFile();
            container = server.container();
            final FileWatch watch =
                    server.io().files().newFileWatches(container, null).newWatch();
            server.operations().start(a -> watch.start(directory, CHANGES, container, a), this::directoryChanged);
            open(true);
            final ResourceContainer clients = container.child("subscribers", Priority.NORMAL);
            System.out.println("tail of " + path + " at " + server.listen(port, clients, Subscriber::new));
            server.stopOnSignal();
            server.run();
        }
        return 0;
    }

    private void directoryChanged(Event event) {
        final FileChange change = (FileChange) Objects.requireNonNull(event.message(), "the watch has ended");
        if (change.isOverflow() || change.name().equals(name)) {
            look();
        }
    }

    private void look() {
        changed = looking;
        if (!looking) {
            looking = true;
            server.operations()
                    .start(a -> server.io().paths().statx(directory, name, true, named, container, a), this::seen);
        }
    }

    private void seen(Event event) {
        if (event.failed()) {
            looked(); // there will be a change when there is such a file
        } else if (!file.isOpen()) {
            open(false);
        } else {
            final boolean cut = named.inode() == file.status().inode() && named.sizeBytes() < position;
            position = cut ? 0L : position;
            read();
        }
    }

    /** What there is already when the program starts is not new. */
    private void open(boolean atItsEnd) {
        looking = true;
        server.operations().start(a -> file.open(directory, name, OpenOptions.READ, container, a), event -> {
            changed |= !event.failed();
            position = atItsEnd && !event.failed() ? file.status().sizeBytes() : 0L;
            looked();
        });
    }

    private void looked() {
        looking = false;
        if (changed) {
            look();
        }
    }

    private void read() {
        server.operations().start(a -> server.io().arena().lease(BLOCK_BYTES, container, a), leased -> {
            final IoBuffer block = (IoBuffer) leased.message();
            server.operations().start(a -> file.read(block, position, container, a), event -> linesRead(block, event));
        });
    }

    /** Whole lines are sent; what is behind them is read again when it has grown, unless it fills a block. */
    private void linesRead(IoBuffer block, Event event) {
        final int readBytes = block.bytes().flip().limit();
        int lengthBytes = readBytes;
        while (lengthBytes > 0 && block.bytes().get(lengthBytes - 1) != '\n') {
            lengthBytes--;
        }
        if (lengthBytes == 0 && readBytes < block.capacityBytes()) {
            block.release();
            if (event.failed()) {
                System.err.println(path + ": read: " + event.errnoName());
            }
            if (named.inode() == file.status().inode()) {
                looked();
            } else {
                file.discard();
                open(false);
            }
        } else {
            block.bytes().limit(lengthBytes == 0 ? readBytes : lengthBytes);
            position += block.bytes().limit();
            final SharedBlock lines = block.toShared();
            server.forEach(Subscriber.class, subscriber -> subscriber.add(lines));
            lines.release();
            read();
        }
    }

    /** Who is sent the lines. One that does not keep up misses some, and is told how much; nobody waits for it. */
    private final class Subscriber extends Connection {
        private long skippedBytes;

        Subscriber(Link link) {
            super(link);
        }

        @Override
        protected void started() {
            out().setMarks(16L * BLOCK_BYTES, 64L * BLOCK_BYTES);
            idleAfter(heartbeatMs * 1_000_000L);
        }

        /** All subscribers send the same block. */
        void add(SharedBlock lines) {
            if (out().isAboveHigh()) {
                skippedBytes += lines.lengthBytes();
            } else if (!isClosing()) {
                out().send(lines);
            }
        }

        @Override
        protected void relieved() {
            if (skippedBytes > 0L) {
                out().send(("# skipped " + skippedBytes + " bytes\n").getBytes(UTF_8));
                skippedBytes = 0L;
            }
        }

        @Override
        protected void idle() {
            if (!out().isAboveHigh()) {
                out().send("# nothing new\n".getBytes(UTF_8));
            }
        }

        @Override
        protected void received(IoBuffer block) {
            block.release(); // a subscriber has nothing to say
        }
    }
}
