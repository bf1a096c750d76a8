// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.sun.management.ThreadMXBean;
import dev.sluice.aio.AioFixture;
import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.AsyncIoOptions;
import dev.sluice.aio.AsyncListener;
import dev.sluice.aio.AsyncSocket;
import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.RootDirectory;
import dev.sluice.events.EventHandler;
import dev.sluice.events.EventQueue;
import dev.sluice.events.EventQueueOptions;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.call.Sockets;
import dev.sluice.uring.memory.NativeMemory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: a request on a connection of the layer allocates nothing. Method: the same request again and again on real sockets; what the thread
 * has allocated over many, once the compiler is done, is less than a byte for each.
 */
@Tag("kernel-ring")
class LayerAllocationIT {
    private static final int ROUNDS = 2_000;
    private static final long WARM_UP_LIMIT_NS = 60_000_000_000L;
    private static final int FILE_BYTES = 200_000;
    private static final byte[] HEAD = "200 OK\n".getBytes(US_ASCII);
    private static final byte[] REQUEST = "GET some\n".getBytes(US_ASCII);

    @TempDir
    Path directory;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final ProtocolFixture fixture = new ProtocolFixture(new AioFixture(
            // a stall, as on a busy machine, is an object
            EventQueue.open(EventQueueOptions.defaults().withStallThresholdNs(Long.MAX_VALUE)),
            AsyncIoOptions.defaults().withCheckedBuffers(false)));
    private final NativeMemory memory = NativeMemory.map(1L << 20);
    private RootDirectory root;
    private AsyncFile file;
    private Connection connection;
    private boolean ended;
    private int peer;

    @BeforeEach
    void open() throws IOException {
        assumeFalse(fixture.aio.events.binding().startsWith("epoll"), "an emulated ring allocates for itself");
        AioFixture.writeFile(directory.resolve("file"), FILE_BYTES);
        root = RootDirectory.open(directory);
        file = fixture.open(root, "file");
        memory.buffer(0L, REQUEST.length).put(0, REQUEST);
    }

    @AfterEach
    void close() {
        if (connection != null) {
            connection.abort();
            fixture.runUntil(() -> ended);
            Descriptors.close(peer);
        }
        if (file != null) {
            file.discard();
            root.close();
            fixture.assertNothingLeft();
        }
        fixture.close();
        memory.close();
    }

    /** Over TCP: one end is the connection's, the other the test's. */
    private void connect(Function<Link, ? extends Connection> protocol) {
        final AsyncListener listener =
                fixture.aio.io.listen(RunningServer.ANY_PORT, 1, fixture.aio.normal, (EventHandler) event -> {});
        final EventHandler accepted = event -> {
            if (!event.isLast()) {
                final AsyncSocket socket = (AsyncSocket) event.message();
                connection =
                        protocol.apply(fixture.link(new SocketTransport(fixture.aio.io, socket, fixture.aio.normal)));
                connection.start(() -> ended = true);
            }
        };
        listener.declareInterest(fixture.aio.normal, accepted);
        listener.acceptSockets(1, fixture.aio.normal);
        peer = Sockets.connect(listener.localAddress());
        fixture.runUntil(() -> connection != null);
        listener.close();
        fixture.runUntil(() -> !listener.isOpen() && fixture.aio.io.openDescriptors() <= 2);
    }

    private void assertAllocatesNothing(int answerBytes) {
        final long startNs = System.nanoTime();
        long allocated = Long.MAX_VALUE;
        while (allocated >= ROUNDS && System.nanoTime() - startNs < WARM_UP_LIMIT_NS) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < ROUNDS; i++) {
                request(answerBytes);
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        // An object for each would be 16 bytes and more. What is left comes of the compiler, which goes back on its
        // guesses now and then.
        assertThat(allocated).as("bytes allocated by %d requests", ROUNDS).isLessThan(ROUNDS);
    }

    private void request(int answerBytes) {
        Descriptors.write(peer, memory.address(), REQUEST.length);
        int read = 0;
        while (read < answerBytes) {
            fixture.runTurn();
            while (Descriptors.pollNow(peer, dev.sluice.uring.linux.PollMask.POLLIN) > 0) {
                read += Descriptors.read(peer, memory.address() + 4096L, (1 << 20) - 4096);
            }
        }
    }

    @Test
    void shouldAllocateNothingForAnEcho() {
        connect(link -> new Connection(link) {
            @Override
            protected void received(IoBuffer block) {
                out().send(block);
            }
        });
        assertAllocatesNothing(REQUEST.length);
    }

    /** Answers each line; nothing of its own allocates. */
    private final class Answering extends FramedConnection {
        private final int bodyBytes;
        private final boolean headInBuffer;

        Answering(Link link, int bodyBytes, boolean headInBuffer) {
            super(link, new LineFrames(100));
            this.bodyBytes = bodyBytes;
            this.headInBuffer = headInBuffer;
            idleAfter(WARM_UP_LIMIT_NS * 10L);
        }

        @Override
        protected void frame(ByteBuffer line) {
            deadlineAfter(WARM_UP_LIMIT_NS);
            if (headInBuffer) {
                final IoBuffer head = io().arena().tryLease(16_384, container());
                head.bytes().put(HEAD).flip();
                out().send(head);
            } else {
                out().send(HEAD);
            }
            out().send(file, 0L, bodyBytes, () -> {});
            clearDeadline();
        }
    }

    @Test
    void shouldAllocateNothingForALineThatIsAnsweredWithBytes() {
        connect(link -> new Answering(link, 0, false));
        assertAllocatesNothing(HEAD.length);
    }

    @Test
    void shouldAllocateNothingForBytesAndASmallRange() {
        connect(link -> new Answering(link, 1_000, false));
        assertAllocatesNothing(HEAD.length + 1_000);
    }

    @Test
    void shouldAllocateNothingForABufferAndTheRangeBehindIt() {
        connect(link -> new Answering(link, 1_000, true));
        assertAllocatesNothing(HEAD.length + 1_000);
    }

    @Test
    void shouldAllocateNothingForARangeOfSeveralPieces() {
        connect(link -> new Answering(link, FILE_BYTES, false));
        assertAllocatesNothing(HEAD.length + FILE_BYTES);
    }
}
