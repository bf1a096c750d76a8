// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.disk.Admission;
import dev.sluice.aio.disk.Disks;
import dev.sluice.aio.disk.PageCache;
import dev.sluice.aio.file.OpenFile;
import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.events.EventBatch;
import dev.sluice.events.EventHandler;
import dev.sluice.events.EventQueue;
import dev.sluice.events.EventQueueOptions;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Ring;
import dev.sluice.uring.call.Descriptors;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A queue with its bridge and three classes of containers; collects events as they are handed out. */
public final class AioFixture implements AutoCloseable {
    public static final long LIMIT_NS = 20_000_000_000L;

    /** What an event said, kept after the flyweight has moved on. */
    public record Seen(Object attachment, int operation, int result, int flags, Object message) {
        Seen(Object attachment, int operation, int result, int flags) {
            this(attachment, operation, result, flags, null);
        }

        @Override
        public String toString() {
            return attachment + ":" + Opcode.name(operation) + "=" + result;
        }
    }

    public final EventQueue events;
    public final AsyncIo io;
    public final ResourceContainer root = ResourceContainer.root("root");
    public final ResourceContainer urgent = root.child("urgent", Priority.HIGH);
    public final ResourceContainer normal = root.child("normal", Priority.NORMAL);
    public final ResourceContainer bulk = root.child("bulk", Priority.LOW);
    public final List<Seen> seen = new ArrayList<>();

    public AioFixture() {
        this(AsyncIoOptions.defaults());
    }

    public AioFixture(AsyncIoOptions options) {
        this(EventQueue.open(), options);
    }

    public AioFixture(Ring ring) {
        this(EventQueue.over(ring, EventQueueOptions.defaults()), AsyncIoOptions.defaults());
    }

    public AioFixture(EventQueue queue, AsyncIoOptions options) {
        this(queue, options, PageCache.OF_THE_KERNEL);
    }

    public AioFixture(EventQueue queue, AsyncIoOptions options, PageCache pageCache) {
        this(queue, options, pageCache, Disks.OF_THE_MACHINE);
    }

    public AioFixture(EventQueue queue, AsyncIoOptions options, PageCache pageCache, Disks disks) {
        events = queue;
        io = AsyncIo.on(events, options, pageCache, disks);
    }

    public OperationPort port() {
        return io.port();
    }

    /** What a file is below its face. */
    public static OpenFile openFile(AsyncFile file) {
        return (OpenFile) file.descriptor;
    }

    public Admission admission() {
        return io.context().admission();
    }

    /** Hands out events until {@code enough}, at most for 20 s. */
    public void runUntil(BooleanSupplier enough) {
        runUntil(enough, this::collect);
    }

    /** As {@link #runUntil(BooleanSupplier)}; what is attached and handles events does so, as in a loop. */
    public void dispatchUntil(BooleanSupplier enough) {
        runUntil(enough, batch -> {
            for (Event event = batch.next(); event != null; event = batch.next()) {
                if (event.attachment() instanceof EventHandler handler) {
                    handler.handle(event);
                } else {
                    collect(event);
                }
            }
        });
    }

    private void runUntil(BooleanSupplier enough, Consumer<EventBatch> turn) {
        final long startNs = System.nanoTime();
        while (!enough.getAsBoolean()) {
            assertThat(System.nanoTime() - startNs)
                    .as(
                            "no event for long; seen so far: %s, waiting: %d, %s",
                            seen, io.waitingOperations(), events.counters())
                    .isLessThan(LIMIT_NS);
            turn.accept(events.dequeueNextEvents(64, Priority.IDLE, 100_000_000L));
        }
    }

    /** Nothing is under way, and nothing waits to be handed out. */
    public boolean isIdle() {
        return events.counters().operationsUnderWay() == 0 && events.counters().signalled() == 0;
    }

    /** Hands out {@code count} more events. */
    public List<Seen> run(int count) {
        final int before = seen.size();
        runUntil(() -> seen.size() >= before + count);
        return List.copyOf(seen.subList(before, seen.size()));
    }

    public Seen runOne() {
        return run(1).get(0);
    }

    /** As {@link #runOne()}, in the wait of one dequeue: its time-out, which would bring the ring about, is far away. */
    public Seen runOneAtOnce() {
        final int before = seen.size();
        final long startNs = System.nanoTime();
        do {
            collect(events.dequeueNextEvents(64, Priority.IDLE, LIMIT_NS));
            assertThat(System.nanoTime() - startNs).as("by the time-out").isLessThan(LIMIT_NS / 2);
        } while (seen.size() == before);
        return seen.get(before);
    }

    /** Hands out what comes within the given time and expects nothing. */
    public void expectSilence(long durationNs) {
        final int before = seen.size();
        final long startNs = System.nanoTime();
        long leftNs = durationNs;
        while (leftNs > 0L) {
            collect(events.dequeueNextEvents(64, Priority.IDLE, leftNs));
            leftNs = durationNs - (System.nanoTime() - startNs);
        }
        assertThat(seen.subList(before, seen.size())).isEmpty();
    }

    public void collect(EventBatch batch) {
        for (Event event = batch.next(); event != null; event = batch.next()) {
            collect(event);
        }
    }

    private void collect(Event event) {
        seen.add(new Seen(event.attachment(), event.operation(), event.result(), event.flags(), event.message()));
    }

    /** Enters the kernel, whether anything is claimed or not, and reaps, handing nothing out. */
    public void reapOnly() {
        assertThat(events.dequeueNextEvents(1, Priority.MAX, 1L).next()).isNull();
    }

    public AsyncFile open(RootDirectory directory, String path, OpenOptions options) {
        final AsyncFile file = io.newFile();
        file.open(directory, path, options, normal, "open");
        assertThat(runOne().result()).as("open %s", path).isNotNegative();
        return file;
    }

    public void close(AsyncFile file) {
        file.close();
        assertThat(runOne().operation()).isEqualTo(Opcode.CLOSE);
    }

    /** A socket of the class {@code normal}. */
    public AsyncSocket adopt(int fd, Object attachment) {
        final AsyncSocket socket = io.newSocket();
        socket.adopt(fd, normal, attachment);
        return socket;
    }

    public void assertNothingLeft() {
        assertThat(io.arena().leasedCount()).as("leased buffers").isZero();
        assertThat(io.waitingOperations()).as("waiting operations").isZero();
        assertThat(io.openDescriptors()).as("descriptors").isZero();
        assertThat(io.descriptors().waiting()).as("who waits for descriptors").isZero();
        assertThat(io.arena().waiting()).as("who waits for memory").isZero();
        assertThat(root.usage().descriptors()).as("descriptors charged").isZero();
        assertThat(events.counters().operationsUnderWay()).as("slots").isZero();
        assertThat(events.counters().signalled()).as("events").isZero();
    }

    public static Path writeFile(Path path, int lengthBytes) throws IOException {
        final byte[] bytes = new byte[lengthBytes];
        for (int i = 0; i < lengthBytes; i++) {
            bytes[i] = (byte) (i * 31 + (i >>> 8));
        }
        return Files.write(path, bytes);
    }

    public static void makeFifo(Path path) throws IOException, InterruptedException {
        final Process mkfifo =
                new ProcessBuilder("mkfifo", path.toString()).inheritIO().start();
        assertThat(mkfifo.waitFor()).isZero();
    }

    /** Puts the file on the disk and out of the page cache. */
    public static void makeCold(AsyncFile file, Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Descriptors.adviseDontNeed(file.fd());
    }

    public static List<String> openDescriptors() {
        final String[] names = new File("/proc/self/fd").list();
        Arrays.sort(names);
        return List.of(names);
    }

    @Override
    public void close() {
        events.close();
    }
}
