// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.IoBuffer;
import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.events.EventBatch;
import dev.sluice.events.EventQueue;
import dev.sluice.uring.Opcode;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** How long an urgent request to a disk takes while low ones wait for the same disk; of what kind a subclass says. */
abstract class UrgentTries {
    static final String FIFO = "fifo";
    static final String TUNED = "tuned";

    /** Enough for all of one service to be late by half. */
    private static final double TARGET_TO_IDLE = 1.5;

    /** That a window which tunes itself is given first, to find its width. */
    private static final int WARM_UP = 40;

    private static final int BATCH = 64;
    private static final int LOW = 10;
    private static final int URGENT = 40;
    private static final int IDLE_TRIES = 11;
    private static final long SEED = 42;
    private static final long MAX_NS = 600_000_000_000L;
    private static final int DIGITS = 3;
    private static final double NS_PER_MS = 1e6;

    /** Something asked of the disk. */
    static final class Request {
        final boolean isUrgent;
        IoBuffer buffer;
        AsyncFile file;

        Request(boolean isUrgent) {
            this.isUrgent = isUrgent;
        }
    }

    /**
     * What a fork is told.
     *
     * @param kind as the scenario's server; {@link #FIFO}, where the urgent request is one of the low ones; {@link #TUNED},
     *     where the window tunes itself
     * @param path what is read, or opened in
     * @param window how many may be in flight
     * @param lowWaiting low requests
     * @param tries urgent requests
     * @param longestPauseNs before each
     */
    record Arguments(String kind, String path, int window, int lowWaiting, int tries, long longestPauseNs) {
        static Arguments parse(String[] arguments) {
            return new Arguments(
                    arguments[0],
                    arguments[1],
                    Integer.parseInt(arguments[2]),
                    Integer.parseInt(arguments[3]),
                    Integer.parseInt(arguments[4]),
                    TimeUnit.MILLISECONDS.toNanos(Long.parseLong(arguments[5])));
        }
    }

    final EventQueue events;
    final AsyncIo io;
    final SplittableRandom random = new SplittableRandom(SEED);

    private final ResourceContainer low;
    private final ResourceContainer urgent;
    private long lowServed;

    UrgentTries(EventQueue events, AsyncIo io, boolean prioritised) {
        this.events = events;
        this.io = io;
        final ResourceContainer server = ResourceContainer.root("server");
        low = server.child("low", LOW);
        urgent = prioritised ? server.child("urgent", URGENT) : low;
    }

    /** Asks; the event's attachment is the request. */
    abstract long start(Request request, ResourceContainer container) throws IOException;

    /** Checks the answer and gives back what it holds. */
    abstract void ended(Request request, int result);

    /** The median of requests one after the other when nothing else is under way. */
    final long idleNs() throws IOException {
        // Without pauses: a throttle lets at once what it has left over from one.
        return tries(IDLE_TRIES, 0L).getValueAtPercentile(50);
    }

    static long targetNs(long idleNs) {
        return (long) (TARGET_TO_IDLE * idleNs);
    }

    /** Prints the figures, in milliseconds and requests a second. */
    final void measure(Arguments arguments, long idleNs) throws IOException {
        for (int i = 0; i < arguments.lowWaiting(); i++) {
            ask(new Request(false), low);
        }
        while (arguments.kind().equals(TUNED) && lowServed < WARM_UP) {
            serve(-1L);
        }
        final long fromNs = System.nanoTime();
        lowServed = 0;
        final Histogram tookNs = tries(arguments.tries(), arguments.longestPauseNs());
        final double seconds = (System.nanoTime() - fromNs) / 1e9;
        Figures.print("idle", idleNs / NS_PER_MS);
        Figures.print("urgent", tookNs.getValueAtPercentile(50) / NS_PER_MS);
        Figures.print("max", tookNs.getMaxValue() / NS_PER_MS);
        Figures.print("served", (lowServed + arguments.tries()) / seconds);
        Figures.print("low", lowServed / seconds);
    }

    /** Urgent requests, one at a time, each after a pause of random length if there is to be one. */
    private Histogram tries(int tries, long longestPauseNs) throws IOException {
        final Histogram tookNs = new Histogram(MAX_NS, DIGITS);
        for (int i = 0; i < tries; i++) {
            final long pauseNs = longestPauseNs == 0L ? 0L : random.nextLong(longestPauseNs);
            final long dueNs = System.nanoTime() + pauseNs;
            for (long leftNs = dueNs - System.nanoTime(); leftNs > 0; leftNs = dueNs - System.nanoTime()) {
                serve(leftNs);
            }
            final long startNs = System.nanoTime();
            ask(new Request(true), urgent);
            boolean ended;
            do {
                ended = serve(-1L);
            } while (!ended);
            tookNs.recordValue(System.nanoTime() - startNs);
        }
        return tookNs;
    }

    /** Handles one batch; whether the urgent request was in it, which then is the last of it. */
    private boolean serve(long timeoutNs) throws IOException {
        final EventBatch batch = events.dequeueNextEvents(BATCH, Priority.IDLE, timeoutNs);
        for (Event event = batch.next(); event != null; event = batch.next()) {
            if (event.operation() != Opcode.CLOSE) {
                final Request request = (Request) event.attachment();
                ended(request, event.result());
                if (request.isUrgent) {
                    return true;
                }
                lowServed++;
                ask(request, low);
            }
        }
        return false;
    }

    private void ask(Request request, ResourceContainer container) throws IOException {
        if (start(request, container) == AsyncIo.BACK_PRESSURED) {
            throw new IllegalStateException("the queue has no room for another request");
        }
    }
}
