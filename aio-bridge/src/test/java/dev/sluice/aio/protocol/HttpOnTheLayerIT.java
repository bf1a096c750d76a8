// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.aio.AioFixture;
import dev.sluice.aio.AsyncIoOptions;
import dev.sluice.aio.RootDirectory;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A static server of HTTP/1.1 in a hundred lines on the layer: what the large one needs is there. */
@Timeout(60)
class HttpOnTheLayerIT {
    private static final int SMALL_BYTES = 300;
    private static final int LARGE_BYTES = 3_000_000;
    private static final long SHORT_NS = 300_000_000L;

    @TempDir
    Path directory;

    private RootDirectory root;
    private byte[] large;
    private InetSocketAddress address;
    private RunningServer running;

    @BeforeEach
    void write() throws IOException {
        AioFixture.writeFile(directory.resolve("small"), SMALL_BYTES);
        large = Files.readAllBytes(AioFixture.writeFile(directory.resolve("large"), LARGE_BYTES));
        root = RootDirectory.open(directory);
    }

    @AfterEach
    void end() {
        running.close();
        root.close();
    }

    private void serve(MiniHttp.Limits limits) {
        running = new RunningServer(
                AsyncIoOptions.defaults(),
                server -> address = RunningServer.listen(server, 100, link -> new MiniHttp(link, root, limits)));
    }

    private void serve() {
        serve(MiniHttp.Limits.GENEROUS);
    }

    private static void ask(Socket socket, String... requests) throws IOException {
        socket.getOutputStream().write(String.join("", requests).getBytes(US_ASCII));
    }

    private static String get(String name, String... fields) {
        return "GET /" + name + " HTTP/1.1\r\nHost: x\r\n" + String.join("", fields) + "\r\n";
    }

    /** Reads one answer, and returns its status line, with its body behind it. */
    private static byte[] answer(InputStream in, String status) throws IOException {
        final String head = head(in);
        assertThat(head).startsWith("HTTP/1.1 " + status);
        return in.readNBytes(lengthOf(head));
    }

    private static int lengthOf(String head) {
        return Integer.parseInt(head.replaceAll("(?s).*Content-Length: (\\d+).*", "$1"));
    }

    private static String head(InputStream in) throws IOException {
        final ByteArrayOutputStream head = new ByteArrayOutputStream();
        final DataInputStream bytes = new DataInputStream(in);
        while (!head.toString(US_ASCII).endsWith("\r\n\r\n")) {
            head.write(bytes.readByte());
        }
        return head.toString(US_ASCII);
    }

    /** As a slow client does. */
    private static void takeTimeUntil(long dueNs) {
        long restNs;
        while ((restNs = dueNs - System.nanoTime()) > 0L) {
            LockSupport.parkNanos(restNs);
        }
    }

    @Test
    void shouldAnswerPipelinedRequestsInOrderAndCloseWhenAskedTo() throws Exception {
        serve();
        try (Socket socket = RunningServer.connect(address)) {
            ask(
                    socket,
                    get("small"),
                    get("large", "Range: bytes=1000-200999\r\n"),
                    "HEAD /large HTTP/1.1\r\n\r\n",
                    get("nothing"),
                    get("large"),
                    get("small", "Connection: close\r\n"),
                    get("small"));
            final InputStream in = socket.getInputStream();
            assertThat(answer(in, "200")).isEqualTo(Files.readAllBytes(directory.resolve("small")));
            assertThat(answer(in, "206")).isEqualTo(Arrays.copyOfRange(large, 1000, 201_000));
            assertThat(lengthOf(head(in))).isEqualTo(LARGE_BYTES);
            assertThat(answer(in, "404")).isEmpty();
            assertThat(answer(in, "200")).isEqualTo(large);
            assertThat(answer(in, "200")).hasSize(SMALL_BYTES);
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    @Test
    void shouldSayWhatIsWrongAndWhatIsLate() throws Exception {
        serve(new MiniHttp.Limits(60_000_000_000L, SHORT_NS, 60_000_000_000L));
        try (Socket bad = RunningServer.connect(address);
                Socket late = RunningServer.connect(address)) {
            ask(late, "GET / HTT");
            ask(bad, "what?\r\n", get("small"));
            answer(bad.getInputStream(), "400");
            assertThat(bad.getInputStream().read()).isEqualTo(-1);
            ask(late, "P/1.1\r\nHost:");
            answer(late.getInputStream(), "408");
            assertThat(late.getInputStream().read()).isEqualTo(-1);
        }
    }

    /** It takes in something all the time, and far less than a send before each time that it might be idle. */
    @Test
    void shouldServeWhoReadsSlowlyToTheEnd() throws Exception {
        serve(new MiniHttp.Limits(SHORT_NS, SHORT_NS, SHORT_NS));
        final int length = 200_000;
        try (SocketChannel channel = RunningServer.connectNarrow(address, 4096)) {
            ask(channel.socket(), get("large", "Range: bytes=0-" + (length - 1) + "\r\n", "Connection: close\r\n"));
            final InputStream in = channel.socket().getInputStream();
            assertThat(lengthOf(head(in))).isEqualTo(length);
            final ByteArrayOutputStream body = new ByteArrayOutputStream();
            final long startNs = System.nanoTime();
            while (body.size() < length) {
                takeTimeUntil(startNs + 5L * SHORT_NS * body.size() / length);
                body.writeBytes(in.readNBytes(2_000));
            }
            assertThat(body.toByteArray()).isEqualTo(Arrays.copyOf(large, length));
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    @Test
    void shouldCutOffWhoTakesNothing() throws Exception {
        serve(new MiniHttp.Limits(SHORT_NS, SHORT_NS, SHORT_NS));
        try (SocketChannel channel = RunningServer.connectNarrow(address, 4096)) {
            ask(channel.socket(), get("large"));
            running.awaitNobody();
            assertThatThrownBy(() -> channel.socket().getInputStream().readAllBytes())
                    .isInstanceOf(SocketException.class);
        }
    }

    @Test
    void shouldKeepNothingOfWhoGoesInTheMiddle() throws Exception {
        serve();
        for (int i = 0; i < 20; i++) {
            try (SocketChannel channel = RunningServer.connectNarrow(address, 4096)) {
                ask(channel.socket(), get("large"), get("small"), get("large"));
                channel.socket().getInputStream().readNBytes(i * 1000);
                channel.socket().setSoLinger(i % 2 == 0, 0);
            }
        }
        running.awaitNobody();
    }

    @Test
    void shouldFinishWhatIsBegunAndLetNobodyInWhenItStops() throws Exception {
        serve();
        try (SocketChannel channel = RunningServer.connectNarrow(address, 4096);
                Socket idle = RunningServer.connect(address)) {
            ask(channel.socket(), get("large"));
            final InputStream in = channel.socket().getInputStream();
            head(in);
            running.server.stop();
            assertThat(idle.getInputStream().read()).isEqualTo(-1);
            idle.shutdownOutput();
            Awaitility.await().until(this::isRefused); // once the listener is closed
            assertThat(in.readNBytes(LARGE_BYTES)).isEqualTo(large);
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    private boolean isRefused() throws IOException {
        try (Socket refused = new Socket()) {
            refused.connect(address);
            return false;
        } catch (ConnectException e) {
            return true;
        }
    }

    /** A long stream has an event for each piece, between which others have their turn. */
    @Test
    void shouldAnswerOthersBetweenThePiecesOfALongStream() throws Exception {
        serve();
        try (Socket stream = RunningServer.connect(address);
                Socket other = RunningServer.connect(address)) {
            ask(stream, get("large"), get("large"), get("large"), get("large"));
            final InputStream in = stream.getInputStream();
            int streamed = 0;
            final byte[] piece = new byte[LARGE_BYTES / 10];
            for (int i = 0; i < 20; i++) {
                streamed += in.readNBytes(piece, 0, piece.length);
                ask(other, get("small"));
                assertThat(answer(other.getInputStream(), "200")).hasSize(SMALL_BYTES);
            }
            assertThat(streamed).isLessThan(4 * LARGE_BYTES);
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }

    /** A byte at a time, with a pause that is longer than a server is idle without one. */
    @Test
    void shouldAnswerWhoAsksSlowly() throws Exception {
        serve(new MiniHttp.Limits(SHORT_NS, 60_000_000_000L, SHORT_NS));
        try (SocketChannel channel = RunningServer.connectNarrow(address, 65_536)) {
            final ByteBuffer request = bytes(get("small", "Connection: close\r\n"));
            final long startNs = System.nanoTime();
            for (int i = 0; i < request.capacity(); i++) {
                takeTimeUntil(startNs + 3L * SHORT_NS * i / request.capacity());
                channel.write(request.limit(i + 1));
            }
            assertThat(answer(channel.socket().getInputStream(), "200")).hasSize(SMALL_BYTES);
        }
    }
}
