// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventQueue;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.call.Inotify;
import dev.sluice.uring.testing.OpenDescriptors;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: with all that the bridge can do under way at once on the real kernel, and cancellations and deadlines at random times, each operation
 * ends in one terminal event, what is read is what was written, and at the end nothing is left. Method: more than a thousand actors, each with a model
 * of what it must find. Replay: -Dseed=N, as far as the kernel's timing lets it.
 */
class KernelSoakIT {
    private static final long SEED = Long.getLong("seed", System.nanoTime());
    private static final int FILES = 600;
    private static final int CLIENTS = 150;
    private static final int NAMES = 150;
    private static final int TIMERS = 100;
    private static final int JOBS = 20;
    private static final int BLOCK_BYTES = 4_096;
    private static final int MESSAGE_BYTES = 4_096;
    private static final int SOURCES = 8;
    private static final int SOURCE_BYTES = 100_000;
    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final long TURN_NS = 5_000_000L;
    private static final int MOST_TURNS_TO_STOP = 100_000;

    @TempDir
    Path directory;

    private AioFixture aio;
    private SoakRun run;
    private OpenFileCache cache;
    private FileWatches watches;
    private AsyncFile source;

    @Test
    void shouldLoseNothingInAFewSeconds() throws Exception {
        run(3L);
    }

    @Test
    @Tag("soak")
    @Timeout(900)
    void shouldLoseNothingInFiveMinutes() throws Exception {
        run(300L);
    }

    private void run(long seconds) throws Exception {
        System.out.println("KernelSoakIT: -Dseed=" + SEED);
        Descriptors.raiseOpenFilesLimit();
        makeFiles();
        final List<String> before = OpenDescriptors.now();
        try (RootDirectory root = RootDirectory.open(directory);
                RootDirectory watched = RootDirectory.open(directory.resolve("names"))) {
            aio = new AioFixture(EventQueue.open(), AsyncIoOptions.defaults());
            run = new SoakRun(aio.events, aio.io, new SplittableRandom(SEED));
            populate(root, watched);
            final long untilNs = System.nanoTime() + seconds * NS_PER_SECOND;
            while (System.nanoTime() < untilNs) {
                run.turn(TURN_NS);
            }
            run.stop(TURN_NS, MOST_TURNS_TO_STOP);
            closeShared();

            run.assertBooksBalance();
            aio.assertNothingLeft();
            System.out.println("KernelSoakIT: " + run.books() + ", on " + aio.events.binding());
            aio.close();
        }
        assertThat(OpenDescriptors.since(before)).isEmpty();
    }

    private void makeFiles() throws IOException {
        for (int i = 0; i < SOURCES; i++) {
            AioFixture.writeFile(directory.resolve("source" + i), SOURCE_BYTES);
        }
        for (int i = 0; i < NAMES; i++) {
            Files.createDirectories(directory.resolve("names/" + i));
        }
    }

    private void populate(RootDirectory root, RootDirectory watched) throws IOException {
        final byte[] sourceBytes = Files.readAllBytes(directory.resolve("source0"));
        source = aio.open(root, "source0", OpenOptions.READ);
        cache = aio.io.files().newOpenFileCache(root, SOURCES / 2, aio.normal, "cache");
        watches = aio.io.files().newFileWatches(aio.normal, "watches");
        for (int i = 0; i < FILES; i++) {
            run.add(new SoakFile(run, root, i, BLOCK_BYTES, true));
        }
        addEcho(anyPort(), sourceBytes);
        addEcho(UnixDomainSocketAddress.of(directory.resolve("socket")), sourceBytes);
        for (int i = 0; i < NAMES; i++) {
            run.add(new SoakNames(run, root, "names/" + i, "source1"));
        }
        for (int i = 0; i < TIMERS; i++) {
            SoakTimer.addPair(run);
        }
        final String[] files = new String[SOURCES];
        for (int i = 0; i < SOURCES; i++) {
            files[i] = "source" + i;
        }
        for (int i = 0; i < JOBS; i++) {
            run.add(new SoakJob(run, root, directory, cache, files, SOURCE_BYTES));
        }
        run.add(new SoakWatch(run, watches, root, Inotify.IN_CREATE | Inotify.IN_DELETE, 1_000));
        run.add(new SoakWatch(run, watches, root, Inotify.IN_MOVED_FROM | Inotify.IN_MOVED_TO, 10));
        run.add(new SoakWatch(run, watches, watched, Inotify.IN_ATTRIB, 3));
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private void addEcho(SocketAddress address, byte[] sourceBytes) {
        final ResourceContainer charged = aio.root.child("listener", Priority.NORMAL);
        final AsyncListener listener = aio.io.listen(address, CLIENTS, charged, "listener");
        final SocketAddress reached = address instanceof InetSocketAddress ? listener.localAddress() : address;
        run.add(new SoakListener(run, listener, true));
        for (int i = 0; i < CLIENTS; i++) {
            final SoakEchoClient.Connecting connecting =
                    (socket, client) -> socket.connect(reached, run.container(), client);
            run.add(new SoakEchoClient(run, connecting, MESSAGE_BYTES, source, sourceBytes));
        }
    }

    /** What no actor has for itself. */
    private void closeShared() {
        assertThat(cache.close()).isNotNegative();
        source.close();
        watches.close();
        aio.runUntil(() -> aio.io.openDescriptors() == 0 && aio.isIdle());
    }
}
