// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.load;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.sun.management.ThreadMXBean;
import dev.sluice.perf.load.LoadGenerator.Waiting;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** On the kernel's ring, as it runs. */
class LoadGeneratorIT {
    private static final RequestSource SOURCE = new FixedRequest("/x", TinyServer.BODY_BYTES);
    private static final long PAUSE_MS = 300;

    /**
     * Goal: a server that stands still for 300 ms is seen by every request that was due meanwhile, not by one alone.
     * Method: 1,000 requests a second on one connection; one reply is held back.
     */
    @Test
    void shouldChargeAPauseToEveryRequestThatWasDueInIt() throws IOException {
        try (TinyServer server = new TinyServer(LoadGeneratorIT::pauseAtTheHundredth);
                LoadGenerator load = LoadGenerator.connect(server.address(), 1, SOURCE, Waiting.SPIN)) {
            final LoadResult result = load.openLoop(1000, 0, MILLISECONDS.toNanos(1000));

            assertThat(result.offered()).isEqualTo(1000);
            assertThat(result.latencyNs().getTotalCount()).isEqualTo(1000);
            // Due in the first 200 of the 300 ms: they waited 100 ms and more.
            assertThat(slowerThan(result.latencyNs(), 100)).isBetween(180L, 600L);
            assertThat(result.latencyMs(100)).isGreaterThanOrEqualTo(PAUSE_MS * 0.95);
        }
    }

    /** The same pause in a closed loop: one slow reply, which is why open loops are used for latency. */
    @Test
    void shouldSeeAPauseOnceInAClosedLoop() throws IOException {
        try (TinyServer server = new TinyServer(LoadGeneratorIT::pauseAtTheHundredth);
                LoadGenerator load = LoadGenerator.connect(server.address(), 1, SOURCE, Waiting.SPIN)) {
            final LoadResult result = load.closedLoop(0, MILLISECONDS.toNanos(1000));

            assertThat(slowerThan(result.latencyNs(), PAUSE_MS * 95 / 100)).isEqualTo(1);
            assertThat(result.replies()).isGreaterThan(100);
        }
    }

    @Test
    void shouldCountRequestsThatWereNeverSent() throws IOException {
        final CountDownLatch release = new CountDownLatch(1);
        try (TinyServer server = new TinyServer(request -> {
                    release.await();
                    return TinyServer.goodReply();
                });
                LoadGenerator load = LoadGenerator.connect(server.address(), 2, SOURCE, Waiting.BLOCK)) {
            final Thread releaser = new Thread(() -> {
                await().until(() -> load.replies() == 0 && releaseAfterWindow());
                release.countDown();
            });
            releaser.start();
            final LoadResult result = load.openLoop(1000, 0, MILLISECONDS.toNanos(200));

            assertThat(result.offered()).isEqualTo(200);
            assertThat(result.delivered()).isZero();
            assertThat(result.deliveredShare()).isZero();
            assertThat(result.replies()).isZero();
            assertThat(load.replies()).as("sent, and answered after the window").isEqualTo(2);
            assertThat(result.latencyNs().getTotalCount()).isEqualTo(200);
            // The request due in the middle had waited half the window.
            assertThat(result.latencyMs(50)).isCloseTo(100, within(10.0));
        }
    }

    private final long startNs = System.nanoTime();

    private boolean releaseAfterWindow() {
        return System.nanoTime() - startNs > MILLISECONDS.toNanos(1000);
    }

    @Test
    void shouldKeepTheRateAndLeaveTheWarmUpOut() throws IOException {
        try (TinyServer server = new TinyServer(request -> TinyServer.goodReply());
                LoadGenerator load = LoadGenerator.connect(server.address(), 4, SOURCE, Waiting.SPIN)) {
            final LoadResult result = load.openLoop(2000, MILLISECONDS.toNanos(300), MILLISECONDS.toNanos(500));

            assertThat(result.offered()).isEqualTo(1000);
            assertThat(result.windowNs()).isEqualTo(MILLISECONDS.toNanos(500));
            assertThat(result.repliesPerSecond()).isCloseTo(2000, within(1000.0));
            assertThat(result.deliveredShare()).isGreaterThan(0.5); // a busy machine may be late at the end
            assertThat(load.replies()).isEqualTo(1600);
            assertThat(result.busyShare()).isBetween(0.0, 1.0);
        }
    }

    @Test
    void shouldRunAgainOnTheSameConnections() throws IOException {
        try (TinyServer server = new TinyServer(request -> TinyServer.goodReply());
                LoadGenerator load = LoadGenerator.connect(server.address(), 8, SOURCE, Waiting.BLOCK)) {
            for (int run = 0; run < 3; run++) {
                assertThat(load.closedLoop(0, MILLISECONDS.toNanos(50)).replies())
                        .isPositive();
            }
        }
    }

    @Test
    void shouldFailOnAWrongAnswerWithItsText() throws IOException {
        try (TinyServer server = new TinyServer(
                        request -> request < 5 ? TinyServer.goodReply() : TinyServer.reply("500 Broken"));
                LoadGenerator load = LoadGenerator.connect(server.address(), 1, SOURCE, Waiting.SPIN)) {
            assertThatThrownBy(() -> load.closedLoop(0, TimeUnit.SECONDS.toNanos(10)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("500 Broken")
                    .hasMessageContaining("after 4 replies");
        }
    }

    @Test
    void shouldFailWhenTheServerCloses() throws IOException {
        try (TinyServer server = new TinyServer(request -> request < 5 ? TinyServer.goodReply() : null);
                LoadGenerator load = LoadGenerator.connect(server.address(), 1, SOURCE, Waiting.SPIN)) {
            assertThatThrownBy(() -> load.closedLoop(0, TimeUnit.SECONDS.toNanos(10)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("closed the connection");
        }
    }

    @Test
    void shouldOpenANewConnectionAfterTheLastRequestOfOne() throws IOException {
        final byte[] keepAlive = Request.get("/x");
        final byte[] close = Request.get("/x", "Connection: close");
        final AtomicInteger asked = new AtomicInteger();
        final RequestSource everyFifthIsTheLast = request -> {
            final boolean last = asked.incrementAndGet() % 5 == 0;
            request.put(last ? close : keepAlive).expect(Request.OK, TinyServer.BODY_BYTES);
            if (last) {
                request.last();
            }
            return true;
        };
        try (TinyServer server = new TinyServer(request -> TinyServer.goodReply());
                LoadGenerator load = LoadGenerator.connect(server.address(), 3, everyFifthIsTheLast, Waiting.SPIN)) {
            final LoadResult closed = load.closedLoop(0, MILLISECONDS.toNanos(200));
            final LoadResult open = load.openLoop(500, 0, MILLISECONDS.toNanos(200));

            assertThat(closed.replies()).isGreaterThan(20);
            assertThat(open.offered()).isEqualTo(100);
            assertThat(open.latencyNs().getTotalCount()).isEqualTo(100);
            // Those that were opened at first, and one after each last request but the latest of a connection.
            assertThat(server.connections()).isBetween(asked.get() / 5, 3 + asked.get() / 5);
        }
    }

    @Test
    void shouldTakeABodyLargerThanAllItsBuffers() throws IOException {
        final int bytes = 5 << 20;
        final String reply = "HTTP/1.1 200 OK\r\nContent-Length: " + bytes + "\r\n\r\n" + "x".repeat(bytes);
        try (TinyServer server = new TinyServer(request -> reply);
                LoadGenerator load =
                        LoadGenerator.connect(server.address(), 4, new FixedRequest("/x", bytes), Waiting.SPIN)) {
            load.closedLoop(0, MILLISECONDS.toNanos(300));

            assertThat(load.replies()).isGreaterThanOrEqualTo(4);
        }
    }

    @Test
    void shouldFailWhereNobodyListens() throws IOException {
        final TinyServer gone = new TinyServer(request -> TinyServer.goodReply());
        gone.close();

        assertThatThrownBy(() -> LoadGenerator.connect(gone.address(), 1, SOURCE, Waiting.SPIN))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ECONNREFUSED");
    }

    @Test
    void shouldStopInTheBackgroundWithNothingOutstanding() throws IOException {
        try (TinyServer server = new TinyServer(request -> TinyServer.goodReply())) {
            final BackgroundLoad load = BackgroundLoad.start(server.address(), 3, SOURCE);
            await().until(() -> load.replies() > 100);
            load.close();
        }
    }

    @Test
    void shouldSayThatTheBackgroundLoadRanOutOfRequests() throws IOException {
        final RequestSource empty = request -> false;
        try (TinyServer server = new TinyServer(request -> TinyServer.goodReply());
                BackgroundLoad load = BackgroundLoad.start(server.address(), 3, empty)) {
            await().untilAsserted(() -> assertThatThrownBy(load::replies)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no request left"));
        }
    }

    @Test
    void shouldAllocateNothingPerRequest() throws IOException {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (TinyServer server = new TinyServer(request -> TinyServer.goodReply());
                LoadGenerator load = LoadGenerator.connect(server.address(), 4, SOURCE, Waiting.SPIN)) {
            load.closedLoop(0, MILLISECONDS.toNanos(500));
            final long shortRun = allocated(threads, load, 200);
            final long repliesBefore = load.replies();
            final long longRun = allocated(threads, load, 1500);
            final long replies = load.replies() - repliesBefore;

            // Both runs make their two histograms; what a request allocated would show in the difference.
            assertThat((longRun - shortRun) / (double) replies)
                    .as("bytes per request, %s requests", replies)
                    .isLessThan(1.0);
        }
    }

    private static long allocated(ThreadMXBean threads, LoadGenerator load, long windowMs) throws IOException {
        final long before = threads.getCurrentThreadAllocatedBytes();
        load.closedLoop(0, MILLISECONDS.toNanos(windowMs));
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static String pauseAtTheHundredth(int request) throws InterruptedException {
        if (request == 100) {
            MILLISECONDS.sleep(PAUSE_MS); // the fault that is injected
        }
        return TinyServer.goodReply();
    }

    private static long slowerThan(Histogram latencyNs, long ms) {
        return latencyNs.getCountBetweenValues(MILLISECONDS.toNanos(ms), latencyNs.getMaxValue());
    }
}
