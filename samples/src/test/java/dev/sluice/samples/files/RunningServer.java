// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.aio.AsyncIoOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A server on a thread of its own and a port that was free. */
public final class RunningServer implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30L;

    /** How many files the servers keep open unless a test says otherwise: these tests run with and without. */
    static final int OPEN_FILE_CACHE = Integer.getInteger("sluice.open-file-cache", 0);

    private final FileServer server;
    private final boolean keepsFilesOpen;
    private final CompletableFuture<String> lastCounters = new CompletableFuture<>();

    private RunningServer(ServerOptions options, AsyncIoOptions ioOptions, Runnable before) {
        keepsFilesOpen = options.openFileCache() > 0;
        final CompletableFuture<FileServer> opened = new CompletableFuture<>();
        final Runnable running = () -> {
            before.run();
            run(options, ioOptions, opened);
        };
        new Thread(running, "file-server").start();
        server = opened.join();
    }

    private void run(ServerOptions options, AsyncIoOptions ioOptions, CompletableFuture<FileServer> opened) {
        try {
            final String counters;
            try (FileServer opening = FileServer.open(options, ioOptions)) {
                opened.complete(opening);
                opening.run();
                counters = opening.countersNow();
            }
            lastCounters.complete(counters);
        } catch (Throwable e) {
            opened.completeExceptionally(e);
            lastCounters.completeExceptionally(e);
        }
    }

    /** With all as it is by default, but for how many files are kept open. */
    public static RunningServer of(Path directory) {
        return of(directory, options -> options);
    }

    static RunningServer of(Path directory, UnaryOperator<ServerOptions> changes) {
        return of(directory, changes, AsyncIoOptions.defaults());
    }

    static RunningServer of(Path directory, UnaryOperator<ServerOptions> changes, AsyncIoOptions ioOptions) {
        return of(directory, changes, ioOptions, () -> {});
    }

    /** {@code before} is done first on the server's thread. */
    static RunningServer of(
            Path directory, UnaryOperator<ServerOptions> changes, AsyncIoOptions ioOptions, Runnable before) {
        final InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        final ServerOptions defaults = ServerOptions.of(directory, anyPort).withOpenFileCache(OPEN_FILE_CACHE);
        return new RunningServer(changes.apply(defaults), ioOptions, before);
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return server.address();
    }

    FileServer server() {
        return server;
    }

    /** Returns the counters as the loop sees them between two turns. */
    Map<String, Long> counters() {
        return parse(
                server.counters().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join());
    }

    /** Waits until there is no client left, and checks that nothing of them is. */
    public void awaitNothingHeld() {
        await().atMost(Duration.ofSeconds(PATIENCE_SECONDS)).untilAsserted(() -> {
            final Map<String, Long> counters = counters();
            assertThat(counters)
                    .containsEntry("connections_open", 0L)
                    .containsEntry("buffers_leased", counters.get("tier_entries"))
                    .containsEntry("held", 0L)
                    .containsEntry("handler_exceptions", 0L)
                    .containsEntry("stale", 0L);
            if (!keepsFilesOpen) {
                assertThat(counters)
                        .containsEntry("descriptors_open", 2L) // the listener, and the watch of the directory's path
                        .containsEntry("operations", 2L); // its accept, and the poll
            } else {
                assertThat(counters.get("descriptors_open"))
                        .isLessThanOrEqualTo(3L + counters.get("cache_entries")); // and that of the watches
            }
        });
    }

    /** Stops the server, waits until it has closed everything, and returns its last counters. */
    Map<String, Long> stop() {
        server.stop();
        return parse(lastCounters.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join());
    }

    /** Stops the server and checks that it ended well, with nothing left behind. */
    @Override
    public void close() {
        assertThat(stop())
                .containsEntry("connections_open", 0L)
                .containsEntry("descriptors_open", 0L)
                .containsEntry("operations", 0L)
                .containsEntry("buffers_leased", 0L)
                .containsEntry("held", 0L)
                .containsEntry("handler_exceptions", 0L)
                .containsEntry("stale", 0L);
    }

    /** Reads {@code counters key=value ...}. */
    static Map<String, Long> parse(String line) {
        final Map<String, Long> counters = new HashMap<>();
        final String[] words = line.split(" ", -1);
        assertThat(words[0]).isEqualTo("counters");
        for (int i = 1; i < words.length; i++) {
            final int equals = words[i].indexOf('=');
            final String key = words[i].substring(0, equals);
            if (!key.equals("last_stall")) { // a name
                counters.put(key, Long.valueOf(words[i].substring(equals + 1)));
            }
        }
        return counters;
    }
}
