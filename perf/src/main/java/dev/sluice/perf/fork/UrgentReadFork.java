// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.AsyncIoOptions;
import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.RootDirectory;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventQueue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads at random positions of one file. Every read goes to the disk: O_DIRECT. */
public final class UrgentReadFork extends UrgentTries {
    private static final int READ_BYTES = 4096;

    private final AsyncFile file;
    private final int blocks;
    private final IoBuffer urgentBuffer;

    private UrgentReadFork(EventQueue events, AsyncIo io, AsyncFile file, int blocks, boolean prioritised) {
        super(events, io, prioritised);
        this.file = file;
        this.blocks = blocks;
        urgentBuffer = io.arena().tryLease(READ_BYTES);
    }

    /**
     * Measures and prints in milliseconds {@code idle}, the median of reads one after the other when nothing else is under
     * way, and {@code urgent} and {@code max}, the median and the longest of urgent reads while low ones wait; and {@code
     * served} and {@code low}, all reads and low ones a second meanwhile.
     *
     * @param arguments kind (sluice; fifo, where the urgent read is one of the low ones; tuned, where the window tunes
     *     itself to one and a half idle reads), file, window of reads, low reads that wait, urgent reads, longest pause
     *     before each in ms
     * @throws IOException if a read fails
     */
    public static void main(String[] arguments) throws IOException {
        final Arguments told = Arguments.parse(arguments);
        final AsyncIoOptions options = AsyncIoOptions.defaults().withReadWindow(told.window());
        final Path path = Path.of(told.path());
        final int blocks = Math.toIntExact(Files.size(path) / READ_BYTES);
        final long idleNs;
        try (EventQueue events = EventQueue.open();
                RootDirectory root = RootDirectory.open(path.getParent())) {
            idleNs = open(events, root, path, options, blocks, true).idleNs();
        }
        try (EventQueue events = EventQueue.open();
                RootDirectory root = RootDirectory.open(path.getParent())) {
            final AsyncIoOptions tuned =
                    told.kind().equals(TUNED) ? options.withReadLatencyTargetNs(targetNs(idleNs)) : options;
            open(events, root, path, tuned, blocks, !told.kind().equals(FIFO)).measure(told, idleNs);
        }
    }

    private static UrgentReadFork open(
            EventQueue events, RootDirectory root, Path path, AsyncIoOptions options, int blocks, boolean prioritised)
            throws IOException {
        final AsyncIo io = AsyncIo.on(events, options);
        final AsyncFile file = RingReads.open(events, io, root, path, true, ResourceContainer.root("opener"));
        return new UrgentReadFork(events, io, file, blocks, prioritised);
    }

    @Override
    long start(Request request, ResourceContainer container) {
        if (request.buffer == null) {
            request.buffer = request.isUrgent ? urgentBuffer : io.arena().tryLease(READ_BYTES);
        }
        final long position = (long) random.nextInt(blocks) * READ_BYTES;
        return file.read(request.buffer, position, container, request);
    }

    @Override
    void ended(Request request, int result) {
        if (result != READ_BYTES) {
            throw new IllegalStateException("a read of " + READ_BYTES + " bytes ended with " + result);
        }
        request.buffer.bytes().clear();
    }
}
