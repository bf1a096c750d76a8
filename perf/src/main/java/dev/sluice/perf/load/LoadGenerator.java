// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.load;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/**
 * Connections to one server, all driven by the thread that calls a run method; one request outstanding per connection. They are kept alive,
 * but where a request is the last of its connection: a new one is opened with the next request, and is part of its latency.
 *
 * <p>In an open loop requests are due at fixed times whatever the server does. A request that is due while every
 * connection waits for a reply is sent as soon as one is free, and its latency still counts from when it was due
 * (<a href="https://github.com/giltene/wrk2#acknowledgements">coordinated omission</a>).
 *
 * <p>A run is bounded in time; after its window it waits for the outstanding replies, so the connections are ready for
 * the next run. The steady state allocates nothing. Any answer but the expected one, or a connection that is closed,
 * ends the run with an {@link IOException}. {@link #stop} and {@link #replies} may be called from any thread. The thread of the first run
 * is that of all others and of {@link #close}.
 */
public final class LoadGenerator implements AutoCloseable {
    /** How the generator passes the time when no request is due and no reply is in. */
    public enum Waiting {
        /** Looks again at once, at memory alone: needs a CPU of its own, sends at the microsecond that is due. */
        SPIN,
        /** Sleeps for up to some milliseconds. */
        BLOCK
    }

    private static final long LONGEST_LATENCY_NS = TimeUnit.MINUTES.toNanos(10);
    private static final long DRAIN_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long BLOCK_NS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final ClientRing clients;
    private final RequestSource source;
    private final Waiting waiting;
    private final Connection[] idle;
    private final AtomicLong replyCount = new AtomicLong();
    private int idleCount;
    private volatile boolean stopRequested;

    // One run's state.
    private Histogram latencyNs;
    private Histogram sendLagNs;
    private boolean openLoop;
    private boolean sending;
    private long windowFromNs;
    private long windowEndNs;
    private double intervalNs;
    private long startNs;
    private long scheduled;
    private long nextIntendedNs;
    private long offered;
    private long delivered;
    private long repliesInWindow;

    private LoadGenerator(InetSocketAddress server, RequestSource source, Waiting waiting, int connections)
            throws IOException {
        this.source = source;
        this.waiting = waiting;
        this.idle = new Connection[connections];
        this.clients = ClientRing.connect(server, connections, new ClientRing.Listener() {
            @Override
            public void onReply(Connection connection) throws IOException {
                LoadGenerator.this.onReply(connection);
            }

            @Override
            public void onEnded(Connection connection) throws IOException {
                sendOrRest(connection, System.nanoTime());
            }
        });
        for (int i = 0; i < connections; i++) {
            idle[idleCount++] = clients.connection(i);
        }
    }

    /**
     * Opens all connections, one after the other, waiting for each.
     *
     * @param server where to connect
     * @param connections how many
     * @param source what to ask for
     * @param waiting how to wait
     * @return the generator, nothing sent yet
     * @throws IOException if a connection cannot be opened
     */
    public static LoadGenerator connect(
            InetSocketAddress server, int connections, RequestSource source, Waiting waiting) throws IOException {
        if (connections < 1) {
            throw new IllegalArgumentException("connections=" + connections);
        }
        return new LoadGenerator(server, source, waiting, connections);
    }

    /**
     * Every connection sends its next request when its reply is in.
     *
     * @param warmUpNs time before the window, not measured
     * @param windowNs length of the measured window; {@link #stop} may cut it short
     * @return what was seen
     * @throws IOException if a reply is wrong, a connection is closed, or replies are missing a minute after the window
     */
    public LoadResult closedLoop(long warmUpNs, long windowNs) throws IOException {
        openLoop = false;
        return run(warmUpNs, windowNs);
    }

    /**
     * Requests are due at a fixed rate, before and in the window.
     *
     * @param ratePerSecond requests a second over all connections
     * @param warmUpNs time before the window, not measured
     * @param windowNs length of the measured window
     * @return what was seen
     * @throws IOException if a reply is wrong, a connection is closed, or replies are missing a minute after the window
     */
    public LoadResult openLoop(double ratePerSecond, long warmUpNs, long windowNs) throws IOException {
        if (!(ratePerSecond > 0)) {
            throw new IllegalArgumentException("ratePerSecond=" + ratePerSecond);
        }
        openLoop = true;
        intervalNs = 1e9 / ratePerSecond;
        return run(warmUpNs, windowNs);
    }

    /** Lets the run send no further request; it returns when the outstanding replies are in. */
    public void stop() {
        stopRequested = true;
    }

    /**
     * Replies since this generator was made, of all runs, measured or not.
     *
     * @return count, growing
     */
    public long replies() {
        return replyCount.get();
    }

    /** Closes all connections. */
    @Override
    public void close() throws IOException {
        clients.close();
    }

    private LoadResult run(long warmUpNs, long windowNs) throws IOException {
        clients.begin();
        begin(warmUpNs, windowNs);
        final long cpuFromNs = THREADS.getCurrentThreadCpuTime();
        long pausedNs = 0;
        long nowNs = startNs;
        while (true) {
            if (sending && (nowNs - windowEndNs >= 0 || stopRequested)) {
                sending = false;
            }
            boolean worked = sendWhatIsDue();
            if (!sending && idleCount == idle.length) {
                break;
            }
            if (nowNs - windowEndNs > DRAIN_TIMEOUT_NS) {
                throw new IOException((idle.length - idleCount) + " replies are missing "
                        + TimeUnit.NANOSECONDS.toSeconds(DRAIN_TIMEOUT_NS) + " s after the last request");
            }
            worked |= turn(worked) > 0;
            final long afterNs = System.nanoTime();
            if (!worked) {
                pausedNs += afterNs - nowNs;
            }
            nowNs = afterNs;
        }
        recordUnsent();
        final long cpuNs = THREADS.getCurrentThreadCpuTime() - cpuFromNs;
        final double lengthNs = nowNs - startNs;
        return new LoadResult(
                windowNs,
                repliesInWindow,
                offered,
                delivered,
                latencyNs,
                sendLagNs,
                1.0 - pausedNs / lengthNs,
                cpuNs / lengthNs);
    }

    private void begin(long warmUpNs, long windowNs) {
        latencyNs = new Histogram(100, LONGEST_LATENCY_NS, 3);
        sendLagNs = new Histogram(100, LONGEST_LATENCY_NS, 2);
        offered = 0;
        delivered = 0;
        repliesInWindow = 0;
        scheduled = 0;
        sending = true;
        startNs = System.nanoTime();
        windowFromNs = startNs + warmUpNs;
        windowEndNs = windowFromNs + windowNs;
        nextIntendedNs = startNs;
    }

    /** After work there may be more: it does not wait then. */
    private int turn(boolean worked) throws IOException {
        try {
            return clients.turn(waiting == Waiting.BLOCK && !worked ? BLOCK_NS : 0);
        } catch (IOException e) {
            throw new IOException(e.getMessage() + " (after " + replies() + " replies)", e);
        }
    }

    private boolean sendWhatIsDue() throws IOException {
        boolean sent = false;
        while (idleCount > 0 && sending) {
            final long nowNs = System.nanoTime();
            if (!isDue(nowNs)) {
                break;
            }
            if (openLoop && isInWindow(nextIntendedNs)) {
                sendLagNs.recordValue(nowNs - nextIntendedNs);
            }
            sent |= sendNext(idle[--idleCount], nowNs);
        }
        return sent;
    }

    private boolean isDue(long nowNs) {
        return !openLoop || (nextIntendedNs - nowNs <= 0 && nextIntendedNs - windowEndNs < 0);
    }

    private boolean isInWindow(long timeNs) {
        return timeNs - windowFromNs >= 0 && timeNs - windowEndNs < 0;
    }

    /** Returns false, with the connection idle, when the source has run out. */
    private boolean sendNext(Connection connection, long nowNs) throws IOException {
        connection.request.begin();
        if (!source.next(connection.request)) {
            sending = false;
            idle[idleCount++] = connection;
            return false;
        }
        connection.intendedNs = openLoop ? nextIntendedNs : nowNs;
        if (isInWindow(connection.intendedNs)) {
            offered++;
        }
        if (openLoop) {
            scheduled++;
            nextIntendedNs = startNs + (long) (scheduled * intervalNs); // no error adds up
        }
        clients.send(connection);
        return true;
    }

    private void onReply(Connection connection) throws IOException {
        final long nowNs = System.nanoTime();
        replyCount.lazySet(replyCount.getPlain() + 1); // this thread alone writes it
        if (isInWindow(nowNs)) {
            repliesInWindow++;
        }
        if (isInWindow(connection.intendedNs)) {
            record(nowNs - connection.intendedNs);
            if (nowNs - windowEndNs < 0) {
                delivered++;
            }
        }
        if (!connection.request.isLast()) { // else the server closes it first
            sendOrRest(connection, nowNs);
        }
    }

    private void sendOrRest(Connection connection, long nowNs) throws IOException {
        if (sending && nowNs - windowEndNs < 0 && isDue(nowNs)) {
            sendNext(connection, nowNs);
        } else {
            idle[idleCount++] = connection;
        }
    }

    /** Requests that were due and found no free connection before the window closed: left out, they would flatter. */
    private void recordUnsent() {
        while (openLoop && !stopRequested && nextIntendedNs - windowEndNs < 0) {
            if (isInWindow(nextIntendedNs)) {
                offered++;
                record(windowEndNs - nextIntendedNs);
            }
            scheduled++;
            nextIntendedNs = startNs + (long) (scheduled * intervalNs);
        }
    }

    private void record(long valueNs) {
        latencyNs.recordValue(Math.min(valueNs, LONGEST_LATENCY_NS));
    }
}
