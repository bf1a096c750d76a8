// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.copy;

import dev.sluice.aio.AsyncAttributes;
import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.DirectoryEntry;
import dev.sluice.aio.DirectoryPage;
import dev.sluice.aio.FileStatus;
import dev.sluice.aio.OpenOptions;
import dev.sluice.aio.RootDirectory;
import dev.sluice.aio.protocol.InFlight;
import dev.sluice.aio.protocol.Server;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code copy FROM TO}: copies a tree, with links and modes. What cannot be copied is named, and the rest copied. */
@Command(name = "copy", description = "Copies all that is in a directory to another, with links and modes.")
public final class TreeCopy implements Callable<Integer> {
    private static final int MOST_IN_FLIGHT = 64;
    private static final int MOST_BYTES = 1 << 30;
    private static final int TYPE = 0170000;
    private static final int SYMBOLIC_LINK = 0120000;

    @Parameters(index = "0", paramLabel = "FROM", description = "An existing directory.")
    private Path from;

    @Parameters(index = "1", paramLabel = "TO", description = "Another, which gets what the first one has.")
    private Path to;

    /** What is begun when less is in flight: the last first, so that a wide tree is never listed as a whole. */
    private final ArrayDeque<Runnable> todo = new ArrayDeque<>();
    /** For when all files are there: further names of theirs, and the modes of directories, which may forbid to write in them. */
    private final ArrayDeque<Runnable> atEnd = new ArrayDeque<>();

    /** By what names of one file have in common: device and inode. */
    private final Map<String, String> firstNames = new HashMap<>();

    private final ResourceContainer container = ResourceContainer.root("copy");
    private RootDirectory source;
    private RootDirectory target;
    private final FileStatus targetStatus = new FileStatus();
    private Server server;
    private AsyncAttributes attributes;
    private InFlight inFlight;
    private int copied;
    private int failed;

    @Override
    public Integer call() throws IOException {
        try (Server opened = Server.open();
                RootDirectory there = RootDirectory.open(from);
                RootDirectory here = RootDirectory.open(to)) {
            server = opened;
            attributes = server.io().blockingWork().attributes();
            source = there;
            target = here;
            inFlight = new InFlight(server.events(), server.io(), container, this::beginMore);
            final InFlight.Start look = a -> server.io().paths().statx(here, ".", true, targetStatus, container, a);
            step(".", "statx", look, event -> list(".", DirectoryPage.BEGIN));
            server.run();
        }
        System.out.println(copied + " copied, " + failed + " failed");
        return failed == 0 ? 0 : 1;
    }

    private void beginMore() {
        while (inFlight.count() < MOST_IN_FLIGHT && !todo.isEmpty()) {
            todo.pop().run();
        }
        if (inFlight.count() == 0 && atEnd.isEmpty()) {
            server.stop();
        } else if (inFlight.count() == 0) {
            atEnd.pop().run(); // one by one: a directory after what is in it
        }
    }

    /** Starts something for a path, and goes on if it succeeds. */
    private void step(String path, String what, InFlight.Start start, EventHandler next, Runnable... ifFailed) {
        inFlight.start(start, event -> {
            if (event.failed()) {
                failed++;
                System.err.println(path + ": " + what + ": " + event.errnoName());
                Stream.of(ifFailed).forEach(Runnable::run);
            } else {
                next.handle(event);
            }
        });
    }

    private void list(String path, long begin) {
        step(path, "list", a -> server.io().blockingWork().list(source, path, begin, container, a), event -> {
            final DirectoryPage page = (DirectoryPage) event.message();
            if (page.next() != DirectoryPage.END) {
                todo.push(() -> list(path, page.next()));
            }
            for (final DirectoryEntry entry : page.entries()) {
                todo.push(() -> copy(path.equals(".") ? entry.name() : path + "/" + entry.name()));
            }
        });
    }

    private void copy(String path) {
        final FileStatus status = new FileStatus();
        step(path, "statx", a -> server.io().paths().statx(source, path, false, status, container, a), event -> {
            if (status.device() == targetStatus.device() && status.inode() == targetStatus.inode()) {
                System.err.println(path + ": not into itself");
            } else if (status.isDirectory()) {
                makeDirectory(path, status.mode() & ~TYPE);
            } else if ((status.mode() & TYPE) == SYMBOLIC_LINK) {
                copyLink(path);
            } else if (!status.isRegularFile()) {
                failed++;
                System.err.println(path + ": neither a file, a directory nor a link");
            } else if (status.links() == 1L || !isFurtherName(path, status.device() + ":" + status.inode())) {
                new FileCopy(path, status.mode() & ~TYPE).start();
            }
        });
    }

    /** If so it is made when the first one is there. */
    private boolean isFurtherName(String path, String inode) {
        final String first = firstNames.putIfAbsent(inode, path);
        if (first != null) {
            atEnd.push(() -> step(
                    path, "link", a -> server.io().paths().link(target, first, path, container, a), made -> copied++));
        }
        return first != null;
    }

    private void makeDirectory(String path, int mode) {
        step(path, "mkdir", a -> server.io().paths().makeDirectory(target, path, 0700, container, a), event -> {
            atEnd.push(() -> setMode(path, mode));
            list(path, DirectoryPage.BEGIN);
        });
    }

    private void copyLink(String path) {
        step(path, "readlink", a -> attributes.readLink(source, path, container, a), event -> {
            final String says = (String) event.message();
            step(path, "symlink", a -> server.io().paths().symlink(says, target, path, container, a), made -> copied++);
        });
    }

    /** Set at the end, since the process's umask takes away from the mode of a creation. */
    private void setMode(String path, int mode) {
        step(path, "chmod", a -> attributes.setMode(target, path, mode, container, a), made -> copied++);
    }

    /** By the kernel, which may share blocks. */
    private final class FileCopy {
        private final AsyncFile in = server.io().newFile();
        private final AsyncFile out = server.io().newFile();
        private final String path;
        private final int mode;
        private long position;

        FileCopy(String path, int mode) {
            this.path = path;
            this.mode = mode;
        }

        private void then(String what, InFlight.Start start, EventHandler next) {
            step(path, what, start, next, this::letGo);
        }

        void start() {
            then("open", a -> in.open(source, path, OpenOptions.READ, container, a), opened -> {
                final OpenOptions options = OpenOptions.createNew(0600);
                then("create", a -> out.open(target, path, options, container, a), created -> goOn());
            });
        }

        private void goOn() {
            then("copy", a -> in.copyRange(position, out, position, MOST_BYTES, container, a), event -> {
                position += event.result();
                if (event.result() > 0) {
                    goOn();
                } else {
                    letGo();
                    setMode(path, mode);
                }
            });
        }

        private void letGo() {
            Stream.of(in, out).filter(AsyncFile::isOpen).forEach(AsyncFile::discard);
        }
    }
}
