// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.IoBuffer;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections on which no HTTP is spoken any more: RFC 9110, 7.8 and 9.3.6. */
@Timeout(60)
class HandOverIT {
    private static final String UPGRADE = "GET / HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n";
    private static final String CONNECT = "CONNECT h:1 HTTP/1.1\r\nHost: h:1\r\n\r\n";

    private RunningLoop server;

    @AfterEach
    void stop() {
        server.close();
    }

    private void serve(Consumer<Exchange> handle) throws Exception {
        server = new RunningLoop(HttpTimeouts.USUAL, own -> handle::accept);
    }

    private static void echo(Exchange exchange) {
        exchange.handOver(exchange.request().method().equals("CONNECT") ? 200 : 101, new NoFields());
        exchange.body(exchange.requestBody());
        exchange.done();
    }

    private static String readHead(Socket socket) throws IOException {
        final StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) socket.getInputStream().read());
        }
        return head.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {UPGRADE, CONNECT})
    void shouldGiveAllThatComesToWhoHasTheConnection(String request) throws Exception {
        serve(HandOverIT::echo);
        try (Socket socket = server.connect()) {
            socket.getOutputStream().write((request + "with it ").getBytes(ISO_8859_1));
            assertThat(readHead(socket))
                    .startsWith(request.equals(CONNECT) ? "HTTP/1.1 200 " : "HTTP/1.1 101 ")
                    .doesNotContain("Transfer-Encoding")
                    .doesNotContain("Connection: close");
            assertThat(new String(socket.getInputStream().readNBytes(8), ISO_8859_1))
                    .isEqualTo("with it ");
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(ISO_8859_1));
            socket.shutdownOutput();
            assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
                    .isEqualTo("GET / HTTP/1.1\r\n\r\n");
        }
    }

    /** The server's side ends first: what the client says after that is heard. */
    @Test
    void shouldHearWhatComesAfterItsOwnEnd() throws Exception {
        final CompletableFuture<String> heard = new CompletableFuture<>();
        serve(exchange -> {
            exchange.handOver(101, new NoFields());
            exchange.body("hello".getBytes(ISO_8859_1));
            exchange.done();
            final StringBuilder text = new StringBuilder();
            exchange.requestBody().pull(new Body.Taker() {
                @Override
                public void piece(IoBuffer piece) {
                    text.append(ISO_8859_1.decode(piece.bytes()));
                    piece.release();
                    exchange.requestBody().pull(this);
                }

                @Override
                public void end(HttpFields trailers) {
                    heard.complete(text.toString());
                }

                @Override
                public void failed(String why) {
                    heard.complete(why);
                }
            });
        });
        try (Socket socket = server.connect()) {
            socket.getOutputStream().write(UPGRADE.getBytes(ISO_8859_1));
            readHead(socket);
            assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
                    .isEqualTo("hello");
            socket.getOutputStream().write("first ".getBytes(ISO_8859_1));
            socket.getOutputStream().write("second".getBytes(ISO_8859_1));
            socket.shutdownOutput();
            assertThat(heard.get(20, TimeUnit.SECONDS)).isEqualTo("first second");
        }
    }

    @Test
    void shouldNotHandOverBeforeTheRequestIsComplete() throws Exception {
        server = new RunningLoop(HttpTimeouts.USUAL, RunningLoop.wanting(exchange -> {
            exchange.handOver(101, new NoFields());
            exchange.body("not for a client of HTTP".getBytes(ISO_8859_1));
            exchange.done();
        }));
        assertThat(server.ask("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody"))
                .startsWith("HTTP/1.1 400 ")
                .doesNotContain("not for");
        assertThat(server.ask("GET / HTTP/1.0\r\nConnection: upgrade\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void shouldEndATunnelWhoseClientHasGone() throws Exception {
        final CompletableFuture<String> ended = new CompletableFuture<>();
        server = new RunningLoop(HttpTimeouts.USUAL, own -> new HttpHandler() {
            @Override
            public void handle(Exchange exchange) {
                echo(exchange);
            }

            @Override
            public void ended() {
                ended.complete("ended");
            }
        });
        try (Socket socket = server.connect()) {
            socket.getOutputStream().write(UPGRADE.getBytes(ISO_8859_1));
            readHead(socket);
            socket.setSoLinger(true, 0);
        }
        assertThat(ended.get(20, TimeUnit.SECONDS)).isEqualTo("ended");
    }
}
