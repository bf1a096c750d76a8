package dev.sluice.perf.fork;

import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.AsyncIoOptions;
import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.RootDirectory;
import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.events.EventBatch;
import dev.sluice.events.EventQueue;
import dev.sluice.events.OperationPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** How long an urgent read takes while low ones wait for the same disk. Every read goes to the disk: O_DIRECT. */
public final class UrgentReadFork {
    private static final int BATCH = 64;
    private static final int LOW = 10;
    private static final int URGENT = 40;
    private static final int READ_BYTES = 4096;
    private static final int IDLE_READS = 11;
    private static final long SEED = 42;
    private static final long MAX_NS = 600_000_000_000L;
    private static final int DIGITS = 3;
    private static final double NS_PER_MS = 1e6;

    private final EventQueue events;
    private final AsyncFile file;
    private final int blocks;
    private final IoBuffer urgentBuffer;
    private final SplittableRandom random = new SplittableRandom(SEED);

    private final ResourceContainer low;
    private final ResourceContainer urgent;
    private long lowReads;

    private UrgentReadFork(EventQueue events, AsyncIo io, AsyncFile file, int blocks, boolean prioritised) {
        this.events = events;
        this.file = file;
        this.blocks = blocks;
        urgentBuffer = io.arena().lease(READ_BYTES);
        final ResourceContainer server = ResourceContainer.root("server");
        low = server.child("low", LOW);
        urgent = prioritised ? server.child("urgent", URGENT) : low;
    }

    /**
     * Measures and prints in milliseconds {@code idle}, the median of reads one after the other when nothing else is under
     * way, and {@code urgent} and {@code max}, the median and the longest of urgent reads while low ones wait; and {@code
     * disk-reads}, all reads a second meanwhile.
     *
     * @param arguments kind (sluice; fifo, where the urgent read is one of the low ones), file, window of reads, low
     *     reads that wait, urgent reads, longest pause before each in ms
     * @throws IOException if a read fails
     */
    public static void main(String[] arguments) throws IOException {
        final Path path = Path.of(arguments[1]);
        final AsyncIoOptions options = AsyncIoOptions.defaults().withReadWindow(Integer.parseInt(arguments[2]));
        final int lowWaiting = Integer.parseInt(arguments[3]);
        final int tries = Integer.parseInt(arguments[4]);
        final long longestPauseNs = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(arguments[5]));
        try (EventQueue events = EventQueue.open();
                RootDirectory root = RootDirectory.open(path.getParent())) {
            final AsyncIo io = AsyncIo.on(events, options);
            final AsyncFile file = RingReads.open(events, io, root, path, true, ResourceContainer.root("opener"));
            final int blocks = Math.toIntExact(Files.size(path) / READ_BYTES);
            new UrgentReadFork(events, io, file, blocks, arguments[0].equals("sluice"))
                    .measure(io, lowWaiting, tries, longestPauseNs);
        }
    }

    private void measure(AsyncIo io, int lowWaiting, int tries, long longestPauseNs) {
        // Without pauses: a throttle lets at once what it has left over from one.
        final Histogram idleNs = read(IDLE_READS, 0L);
        for (int i = 0; i < lowWaiting; i++) {
            start(io.arena().lease(READ_BYTES), low);
        }
        final long fromNs = System.nanoTime();
        lowReads = 0;
        final Histogram waitedNs = read(tries, longestPauseNs);
        final double seconds = (System.nanoTime() - fromNs) / 1e9;
        print("idle", idleNs.getValueAtPercentile(50) / NS_PER_MS);
        print("urgent", waitedNs.getValueAtPercentile(50) / NS_PER_MS);
        print("max", waitedNs.getMaxValue() / NS_PER_MS);
        print("disk-reads", (lowReads + tries) / seconds);
    }

    private static void print(String name, double value) {
        System.out.printf(Locale.ROOT, "%s %.3f%n", name, value);
    }

    /** Urgent reads, one at a time, each after a pause of random length if there is to be one. */
    private Histogram read(int tries, long longestPauseNs) {
        final Histogram tookNs = new Histogram(MAX_NS, DIGITS);
        for (int i = 0; i < tries; i++) {
            final long pauseNs = longestPauseNs == 0L ? 0L : random.nextLong(longestPauseNs / 2, longestPauseNs);
            final long dueNs = System.nanoTime() + pauseNs;
            for (long leftNs = dueNs - System.nanoTime(); leftNs > 0; leftNs = dueNs - System.nanoTime()) {
                serve(leftNs);
            }
            final long startNs = System.nanoTime();
            start(urgentBuffer, urgent);
            boolean ended;
            do {
                ended = serve(-1L);
            } while (!ended);
            tookNs.recordValue(System.nanoTime() - startNs);
        }
        return tookNs;
    }

    /** Handles one batch; whether the urgent read was in it, which then is the last of it. */
    private boolean serve(long timeoutNs) {
        final EventBatch batch = events.dequeueNextEvents(BATCH, Priority.IDLE, timeoutNs);
        for (Event event = batch.next(); event != null; event = batch.next()) {
            if (event.result() != READ_BYTES) {
                throw new IllegalStateException("a read of " + READ_BYTES + " bytes ended with " + event.result());
            }
            final IoBuffer buffer = (IoBuffer) event.attachment();
            buffer.bytes().clear();
            if (buffer == urgentBuffer) {
                return true;
            }
            lowReads++;
            start(buffer, low);
        }
        return false;
    }

    private void start(IoBuffer buffer, ResourceContainer container) {
        final long position = (long) random.nextInt(blocks) * READ_BYTES;
        if (file.read(buffer, position, container, buffer) == OperationPort.BACK_PRESSURED) {
            throw new IllegalStateException("the queue has no room for another read");
        }
    }
}
