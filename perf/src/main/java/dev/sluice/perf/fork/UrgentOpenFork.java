// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.AsyncIoOptions;
import dev.sluice.aio.OpenOptions;
import dev.sluice.aio.RootDirectory;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventQueue;
import dev.sluice.uring.linux.Errno;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** Opens of files in directories that nobody has looked at: each once, {@code 0/f}, {@code 1/f}, and so on. */
public final class UrgentOpenFork extends UrgentTries {
    private final RootDirectory root;
    private final AtomicInteger next;

    private UrgentOpenFork(
            EventQueue events, AsyncIoOptions options, RootDirectory root, AtomicInteger next, boolean prioritised) {
        super(events, AsyncIo.on(events, options), prioritised);
        this.root = root;
        this.next = next;
    }

    /**
     * Measures and prints as {@link UrgentReadFork}.
     *
     * @param arguments kind (sluice; fifo, where the urgent open is one of the low ones), directory, window of opens, low
     *     opens that wait, urgent opens, longest pause before each in ms
     * @throws IOException if an open fails
     */
    public static void main(String[] arguments) throws IOException {
        final Arguments told = Arguments.parse(arguments);
        final AsyncIoOptions options = AsyncIoOptions.defaults().withOpenWindow(told.window(), 0);
        final AtomicInteger next = new AtomicInteger();
        try (RootDirectory root = RootDirectory.open(Path.of(told.path()))) {
            final long idleNs;
            try (EventQueue events = EventQueue.open()) {
                idleNs = new UrgentOpenFork(events, options, root, next, true).idleNs();
            }
            try (EventQueue events = EventQueue.open()) {
                final boolean prioritised = !told.kind().equals(FIFO);
                new UrgentOpenFork(events, options, root, next, prioritised).measure(told, idleNs);
            }
        }
    }

    @Override
    long start(Request request, ResourceContainer container) {
        request.file = io.newFile();
        return request.file.open(root, next.getAndIncrement() + "/f", OpenOptions.READ, container, request);
    }

    @Override
    void ended(Request request, int result) {
        if (result < 0) {
            throw new IllegalStateException(Errno.describe("openat2", (next.get() - 1) + "/f or before", -result));
        }
        request.file.close();
    }
}
