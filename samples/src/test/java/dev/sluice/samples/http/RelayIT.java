// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.samples.http.wire.RequestReader;
import dev.sluice.samples.http.wire.ResponseHeader;
import dev.sluice.samples.http.wire.ResponseReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that has its requests answered by another one: both bodies go through it as they are pulled. */
@Timeout(120)
class RelayIT {
    private static final int LENGTH_BYTES = 20_000_000;

    private static final ResponseFields NONE = new ResponseFields() {
        @Override
        public int maxBytes() {
            return 0;
        }

        @Override
        public void write(ResponseHeader header, ByteBuffer out) {}
    };

    /** Asks an origin what it is asked. */
    private static final class Relay implements HttpHandler, ResponseHandler {
        private final RunningLoop loop;
        private final InetSocketAddress origin;
        private Exchange exchange;
        private ClientCall call;

        Relay(RunningLoop loop, InetSocketAddress origin) {
            this.loop = loop;
            this.origin = origin;
        }

        @Override
        public boolean wantsBody(RequestReader head) {
            return true;
        }

        @Override
        public void handle(Exchange newExchange) {
            exchange = newExchange;
            final Body body = exchange.request().hasBody() ? exchange.requestBody() : null;
            call = loop.client.request(
                    origin,
                    exchange.container(),
                    new ClientRequest(
                            exchange.request().method(), exchange.request().target(), RunningLoop.HOST, body),
                    this);
        }

        @Override
        public void response(ResponseReader head, Body body) {
            exchange.headWithoutLength(head.status(), NONE);
            exchange.body(body);
            exchange.done();
        }

        @Override
        public void failed(ClientFailure failure, String why) {
            if (!exchange.isOver()) {
                PlainText.say(exchange, 502);
            }
        }

        @Override
        public void ended() {
            call.abort();
        }
    }

    private static final class Echo implements HttpHandler {
        @Override
        public boolean wantsBody(RequestReader head) {
            return true;
        }

        @Override
        public void handle(Exchange exchange) {
            exchange.headWithoutLength(200, NONE);
            exchange.body(exchange.requestBody());
            exchange.done();
        }
    }

    private static RunningLoop relayTo(InetSocketAddress origin) {
        return new RunningLoop(ClientTimeouts.USUAL, ClientLimits.USUAL, (loop, exchange) -> new Relay(loop, origin));
    }

    private static RunningLoop echo() {
        return new RunningLoop(ClientTimeouts.USUAL, ClientLimits.USUAL, (loop, exchange) -> new Echo());
    }

    private static Socket connect(RunningLoop to) throws IOException {
        final Socket socket = new Socket(to.address().getAddress(), to.address().getPort());
        socket.setSoTimeout(30_000);
        return socket;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldRelayLongBodiesBothWays(boolean chunked) throws Exception {
        final byte[] sent = new byte[LENGTH_BYTES];
        new Random(1L).nextBytes(sent);
        try (RunningLoop origin = echo();
                RunningLoop front = relayTo(origin.address());
                Socket socket = connect(front)) {
            for (int i = 0; i < 2; i++) { // the second time on what was kept
                final CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> post(socket, sent, chunked));
                final CRC32 checksum = new CRC32();
                assertThat(readChunked(socket.getInputStream(), checksum)).isEqualTo(LENGTH_BYTES);
                sending.get(30, TimeUnit.SECONDS);
                final CRC32 expected = new CRC32();
                expected.update(sent);
                assertThat(checksum.getValue()).isEqualTo(expected.getValue());
            }
            assertThat(origin.on(() -> origin.http.counters().connections())).isEqualTo(1L);
        }
    }

    private static void post(Socket socket, byte[] content, boolean chunked) {
        try {
            final OutputStream out = socket.getOutputStream();
            final String framing = chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + content.length;
            out.write(("POST / HTTP/1.1\r\nHost: h\r\n" + framing + "\r\n\r\n").getBytes(US_ASCII));
            final int pieceBytes = 50_000;
            for (int from = 0; from < content.length; from += pieceBytes) {
                if (chunked) {
                    out.write((Integer.toHexString(pieceBytes) + "\r\n").getBytes(US_ASCII));
                }
                out.write(content, from, pieceBytes);
                if (chunked) {
                    out.write("\r\n".getBytes(US_ASCII));
                }
            }
            if (chunked) {
                out.write("0\r\n\r\n".getBytes(US_ASCII));
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String readLine(InputStream in) throws IOException {
        final StringBuilder line = new StringBuilder();
        int b;
        while ((b = in.read()) != '\n') {
            if (b < 0) {
                throw new IOException("the end comes within " + line);
            }
            line.append((char) b);
        }
        return line.toString().trim();
    }

    /** Returns how much content there was. */
    private static long readChunked(InputStream in, CRC32 checksum) throws IOException {
        assertThat(readLine(in)).isEqualTo("HTTP/1.1 200 OK");
        while (!readLine(in).isEmpty()) {
            assertThat(in).isNotNull();
        }
        long bytes = 0L;
        int lengthBytes;
        do {
            lengthBytes = Integer.parseInt(readLine(in), 16);
            final byte[] chunk = in.readNBytes(lengthBytes);
            checksum.update(chunk);
            bytes += chunk.length;
            assertThat(readLine(in)).isEmpty();
        } while (lengthBytes > 0);
        return bytes;
    }

    @Test
    void shouldAnswerForAnOriginThatIsNotThere() throws Exception {
        final InetSocketAddress nobody;
        try (ScriptedServer gone = ScriptedServer.always("")) {
            nobody = gone.address();
        }
        try (RunningLoop front = relayTo(nobody);
                Socket socket = connect(front)) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(US_ASCII));
            assertThat(readLine(socket.getInputStream())).startsWith("HTTP/1.1 502 ");
        }
    }

    /** The client goes in the middle of an endless answer, before one, or in the middle of an upload: the origin is let go. */
    @ParameterizedTest
    @ValueSource(strings = {"GET /endless", "GET /silent", "POST /silent"})
    void shouldLetTheOriginGoWhenTheClientGoes(String what) throws Exception {
        try (ScriptedServer origin = new ScriptedServer((index, talk) -> {
                    final String head = talk.readHead();
                    if (head.contains("/endless")) {
                        talk.say("HTTP/1.1 200 OK\r\n\r\n");
                        while (true) {
                            talk.socket.getOutputStream().write(new byte[65_536]);
                        }
                    }
                    talk.awaitEnd();
                });
                RunningLoop front = relayTo(origin.address())) {
            for (int i = 0; i < 5; i++) {
                try (Socket socket = connect(front)) {
                    socket.getOutputStream()
                            .write((what + " HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\nabc")
                                    .getBytes(US_ASCII));
                    final int asked = i + 1;
                    Awaitility.await().until(() -> origin.heads.size() == asked);
                    if (what.contains("endless")) {
                        assertThat(socket.getInputStream().readNBytes(100_000)).hasSize(100_000);
                    }
                    socket.setSoLinger(true, 0);
                }
                Awaitility.await().until(() -> front.on(() -> front.server.connections()) == 0);
            }
        }
    }

    /** The origin dies in the middle: the client sees that something is missing. */
    @Test
    void shouldNotEndAnAnswerThatTheOriginHasNotEnded() throws Exception {
        try (ScriptedServer origin = new ScriptedServer((index, talk) -> {
                    talk.readHead();
                    talk.say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
                });
                RunningLoop front = relayTo(origin.address());
                Socket socket = connect(front)) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(US_ASCII));
            final String all = new String(socket.getInputStream().readAllBytes(), US_ASCII);
            assertThat(all).startsWith("HTTP/1.1 200 OK").contains("4\r\nhalf").doesNotContain("\r\n0\r\n");
        }
    }
}
