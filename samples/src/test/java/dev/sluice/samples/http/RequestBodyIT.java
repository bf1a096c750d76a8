// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.aio.IoBuffer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies of requests, pulled by who answers. */
@Timeout(60)
class RequestBodyIT {
    private static final String HEAD = "POST / HTTP/1.1\r\nHost: h\r\n";

    private RunningLoop server;

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    /** Pulls everything, and says how many bytes, in how many pieces, with which sum. */
    private static final class Summing implements Body.Taker {
        private final Exchange exchange;
        private final CRC32 sum = new CRC32();
        private long lengthBytes;

        Summing(Exchange exchange) {
            this.exchange = exchange;
            exchange.requestBody().pull(this);
        }

        @Override
        public void piece(IoBuffer piece) {
            lengthBytes += piece.bytes().remaining();
            sum.update(piece.bytes());
            piece.release();
            exchange.requestBody().pull(this);
        }

        @Override
        public void end(HttpFields trailers) {
            final String text = lengthBytes + " " + sum.getValue() + " " + trailers.size() + ";";
            exchange.headWithoutLength(200, new NoFields());
            exchange.body(text.getBytes(ISO_8859_1));
            exchange.done();
        }

        @Override
        public void failed(String why) {
            if (!exchange.isOver()) {
                exchange.closeAfter();
                PlainText.say(exchange, 400);
            }
        }
    }

    private void serveSums() throws Exception {
        server = new RunningLoop(HttpTimeouts.USUAL, RunningLoop.wanting(Summing::new));
    }

    private static String summed(byte[] content, int trailers) {
        final CRC32 sum = new CRC32();
        sum.update(content);
        return content.length + " " + sum.getValue() + " " + trailers + ";";
    }

    private static byte[] content(int lengthBytes) {
        final byte[] content = new byte[lengthBytes];
        new Random(lengthBytes).nextBytes(content);
        return content;
    }

    private static String text(byte[] content) {
        return new String(content, ISO_8859_1);
    }

    private static String withLength(byte[] content) {
        return HEAD + "Content-Length: " + content.length + "\r\n\r\n" + text(content);
    }

    private static String chunked(byte[] content, int chunkBytes, String trailers) {
        final StringBuilder request = new StringBuilder(HEAD + "Transfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < content.length; i += chunkBytes) {
            final int lengthBytes = Math.min(chunkBytes, content.length - i);
            request.append(Integer.toHexString(lengthBytes))
                    .append("\r\n")
                    .append(new String(content, i, lengthBytes, ISO_8859_1))
                    .append("\r\n");
        }
        return request + "0\r\n" + trailers + "\r\n";
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 4000, 4096, 100_000, 3_000_000})
    void shouldHaveAllOfABodyWhateverItsFraming(int lengthBytes) throws Exception {
        serveSums();
        final byte[] content = content(lengthBytes);

        assertThat(server.ask(withLength(content))).contains(summed(content, 0));
        assertThat(server.ask(chunked(content, Math.max(1, lengthBytes / 1000), "Sum: 1\r\n")))
                .contains(summed(content, 1));
    }

    /** What comes behind a body, and in the same packet, is the next request. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 17, 1 << 20})
    void shouldTakeRequestsThatStandBehindBodies(int pieceBytes) throws Exception {
        serveSums();
        final byte[] content = content(50);
        final String get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
        final String requests = withLength(content)
                + chunked(content, 7, "")
                + get
                + chunked(content, 50, "A: 1\r\nB: 2\r\n")
                + chunked(content, 1, "")
                + withLength(content)
                + get;
        try (Socket socket = server.connect()) {
            socket.setTcpNoDelay(true);
            final OutputStream out = socket.getOutputStream();
            final byte[] sent = requests.getBytes(ISO_8859_1);
            for (int i = 0; i < sent.length; i += pieceBytes) {
                out.write(sent, i, Math.min(pieceBytes, sent.length - i));
            }
            socket.shutdownOutput();
            final String answers = text(socket.getInputStream().readAllBytes());
            assertThat(answers.split("HTTP/1.1 200 OK", -1)).hasSize(8);
            assertThat(answers.split(summed(content, 0), -1)).hasSize(5);
            assertThat(answers.split(summed(content, 2), -1)).hasSize(2);
            assertThat(answers.split(summed(new byte[0], 0), -1)).hasSize(3);
        }
    }

    @Test
    void shouldTellThatABodyIsNotComplete() throws Exception {
        serveSums();
        assertThat(server.ask(HEAD + "Content-Length: 5\r\n\r\nfour")).startsWith("HTTP/1.1 400 ");
        assertThat(server.ask(HEAD + "Transfer-Encoding: chunked\r\n\r\n5\r\nfour"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(server.ask(HEAD + "Transfer-Encoding: chunked\r\n\r\n5\r\nfive5broken\r\n"))
                .startsWith("HTTP/1.1 400 ");
    }

    /** RFC 9110, 10.1.1. */
    @Test
    void shouldTellTheClientToGoOnWhenTheBodyIsPulledAndNotBefore() throws Exception {
        serveSums();
        try (Socket socket = server.connect()) {
            socket.getOutputStream()
                    .write((HEAD + "Content-Length: 4\r\nExpect: 100-continue\r\n\r\n").getBytes(ISO_8859_1));
            assertThat(text(socket.getInputStream().readNBytes(25))).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            socket.getOutputStream().write("body".getBytes(ISO_8859_1));
            socket.shutdownOutput();
            assertThat(text(socket.getInputStream().readAllBytes()))
                    .startsWith("HTTP/1.1 200 OK")
                    .contains(summed("body".getBytes(ISO_8859_1), 0));
        }
    }

    @Test
    void shouldNotTellTheClientToGoOnIfTheAnswerIsAtHand() throws Exception {
        server = new RunningLoop(HttpTimeouts.USUAL, RunningLoop.wanting(exchange -> PlainText.say(exchange, 413)));
        try (Socket socket = server.connect()) {
            socket.getOutputStream()
                    .write((HEAD + "Content-Length: 4\r\nExpect: 100-continue\r\n\r\n").getBytes(ISO_8859_1));
            assertThat(text(socket.getInputStream().readAllBytes()))
                    .startsWith("HTTP/1.1 413 ")
                    .contains("Connection: close");
        }
    }

    /** What nobody has pulled is read and forgotten, and the connection goes on; unless it is too much. */
    @Test
    void shouldForgetWhatWasNotPulledOfABody() throws Exception {
        server = new RunningLoop(HttpTimeouts.USUAL, RunningLoop.wanting(exchange -> PlainText.say(exchange, 200)));
        final byte[] content = content(60_000);
        final String answers = server.ask(withLength(content) + chunked(content, 1000, "") + withLength(content));
        assertThat(answers.split("200 OK\n", -1)).hasSize(4);

        final byte[] tooMuch = content(1 << 20);
        try (Socket socket = server.connect()) {
            final Thread sending = new Thread(() -> {
                try {
                    socket.getOutputStream().write(withLength(tooMuch).getBytes(ISO_8859_1));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            sending.start();
            final String answer = text(socket.getInputStream().readAllBytes());
            assertThat(answer.split("200 OK\n", -1)).hasSize(2);
            sending.join();
        }
    }

    /** An honest client may be slow; one that sends a byte now and then only holds a place. */
    @Test
    void shouldGiveUpWhoSendsNothingOrTooLittleOfABody() throws Exception {
        final HttpTimeouts hasty =
                new HttpTimeouts(60_000_000_000L, 400_000_000L, 10_000_000_000L, 2_000_000_000L, 512L);
        server = new RunningLoop(hasty, RunningLoop.wanting(Summing::new));
        try (Socket silent = server.connect()) {
            silent.getOutputStream().write((HEAD + "Content-Length: 4\r\n\r\nb").getBytes(ISO_8859_1));
            assertThat(text(silent.getInputStream().readAllBytes()))
                    .startsWith("HTTP/1.1 408 ")
                    .contains("Connection: close");
        }
        try (Socket trickling = server.connect()) {
            trickling.setTcpNoDelay(true);
            trickling.getOutputStream().write((HEAD + "Content-Length: 100000\r\n\r\n").getBytes(ISO_8859_1));
            final CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> {
                try {
                    return text(trickling.getInputStream().readAllBytes());
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            final AtomicInteger sent = new AtomicInteger();
            await().pollInterval(Duration.ofMillis(50)).until(() -> answer.isDone() || !sendByte(trickling, sent));
            assertThat(answer.get(20, TimeUnit.SECONDS)).startsWith("HTTP/1.1 408 ");
            assertThat(sent).hasValueLessThan(200);
        }
    }

    private static boolean sendByte(Socket socket, AtomicInteger sent) {
        try {
            socket.getOutputStream().write('b');
            sent.incrementAndGet();
            return true;
        } catch (IOException e) {
            return false; // it was closed
        }
    }

    @Test
    void shouldTellWhoPullsThatTheClientHasGone() throws Exception {
        final CompletableFuture<String> pulled = new CompletableFuture<>();
        final CompletableFuture<String> told = new CompletableFuture<>();
        server = new RunningLoop(
                HttpTimeouts.USUAL,
                RunningLoop.wanting(exchange -> exchange.requestBody().pull(new Body.Taker() {
                    @Override
                    public void piece(IoBuffer piece) {
                        piece.release();
                        exchange.requestBody().pull(this);
                        pulled.complete("again");
                    }

                    @Override
                    public void end(HttpFields trailers) {
                        told.complete("end");
                    }

                    @Override
                    public void failed(String why) {
                        told.complete("failed");
                    }
                })));
        try (Socket socket = server.connect()) {
            socket.getOutputStream().write((HEAD + "Content-Length: 4\r\n\r\nb").getBytes(ISO_8859_1));
            assertThat(pulled.get(20, TimeUnit.SECONDS)).isEqualTo("again");
            socket.setSoLinger(true, 0);
        }
        assertThat(told.get(20, TimeUnit.SECONDS)).isEqualTo("failed");
    }

    /** While nobody pulls, nothing is received: the client waits, and not the server's memory. */
    @Test
    void shouldReceiveNothingThatIsNotPulled() throws Exception {
        final CompletableFuture<Exchange> held = new CompletableFuture<>();
        server = new RunningLoop(HttpTimeouts.USUAL, RunningLoop.wanting(held::complete));
        final byte[] content = content(20_000_000);
        try (Socket socket = server.connect()) {
            final CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                try {
                    socket.getOutputStream().write(withLength(content).getBytes(ISO_8859_1));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            final Exchange exchange = held.get(20, TimeUnit.SECONDS);
            await().during(Duration.ofMillis(300)).until(() -> !sent.isDone());
            final CompletableFuture<Integer> leased = new CompletableFuture<>();
            server.later(() -> {
                leased.complete(exchange.io().arena().leasedCount());
                new Summing(exchange);
            });
            assertThat(leased.get(20, TimeUnit.SECONDS)).isLessThanOrEqualTo(2);
            sent.get(20, TimeUnit.SECONDS);
            socket.shutdownOutput();
            assertThat(text(socket.getInputStream().readAllBytes())).contains(summed(content, 0));
        }
    }

    @Test
    void shouldEndTheConnectionOfATakerThatThrows() throws Exception {
        final Semaphore handled = new Semaphore(0);
        server = new RunningLoop(HttpTimeouts.USUAL, RunningLoop.wanting(exchange -> {
            handled.release();
            exchange.requestBody().pull(new Body.Taker() {
                @Override
                public void piece(IoBuffer piece) {
                    piece.release();
                    throw new IllegalStateException("as it is meant to");
                }

                @Override
                public void end(HttpFields trailers) {
                    throw new AssertionError("there was a piece");
                }

                @Override
                public void failed(String why) {
                    throw new AssertionError("nothing is pulled");
                }
            });
        }));
        for (int i = 0; i < 20; i++) {
            try (Socket socket = server.connect()) {
                socket.getOutputStream().write((HEAD + "Content-Length: 4\r\n\r\n").getBytes(ISO_8859_1));
                if (i % 2 == 0) {
                    handled.acquire(i == 0 ? 1 : 2);
                }
                socket.getOutputStream().write("body".getBytes(StandardCharsets.US_ASCII));
                assertThat(HandlerIT.readUntilReset(socket)).isEmpty();
            }
        }
        assertThat(server.failures)
                .hasSize(20)
                .allSatisfy(failure ->
                        assertThat(failure).hasMessage("as it is meant to").hasNoSuppressedExceptions());
    }
}
