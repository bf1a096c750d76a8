// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A closed loop on a thread of its own, sleeping between replies, while something else is measured. */
public final class BackgroundLoad implements AutoCloseable {
    private static final long LONGEST_RUN_NS = TimeUnit.HOURS.toNanos(1);
    private static final long STOP_TIMEOUT_S = 120;

    private final LoadGenerator generator;
    private final FutureTask<LoadResult> run;

    private BackgroundLoad(LoadGenerator generator) {
        this.generator = generator;
        this.run = new FutureTask<>(this::runAndClose);
    }

    /**
     * Connects and starts asking.
     *
     * @param server where to connect
     * @param connections how many
     * @param source what to ask for; from now on used by the background thread only
     * @return the running load
     * @throws IOException if a connection cannot be opened
     */
    public static BackgroundLoad start(InetSocketAddress server, int connections, RequestSource source)
            throws IOException {
        final BackgroundLoad load =
                new BackgroundLoad(LoadGenerator.connect(server, connections, source, LoadGenerator.Waiting.BLOCK));
        final Thread thread = new Thread(load.run, "background-load");
        thread.setDaemon(true);
        thread.start();
        return load;
    }

    /** On its own thread, which owns the connections as soon as it asks for something. */
    private LoadResult runAndClose() throws IOException {
        try (generator) {
            return generator.closedLoop(0, LONGEST_RUN_NS);
        }
    }

    /**
     * Replies so far.
     *
     * @return count, growing
     * @throws IOException if the load has ended, with what ended it: the measurement beside it is worth nothing
     */
    public long replies() throws IOException {
        if (run.isDone()) {
            outcome();
            throw new IOException("background load ended by itself: no request left");
        }
        return generator.replies();
    }

    /**
     * Sends no further request, waits for the outstanding replies, closes the connections.
     *
     * @throws IOException if the load had failed, or replies stay away
     */
    @Override
    public void close() throws IOException {
        generator.stop();
        outcome();
    }

    private void outcome() throws IOException {
        try {
            run.get(STOP_TIMEOUT_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException("background load failed: " + e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("background load still waits for replies after " + STOP_TIMEOUT_S + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the background load drained", e);
        }
    }
}
