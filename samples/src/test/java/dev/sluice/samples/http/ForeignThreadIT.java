// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.IoBuffer;
import java.net.Socket;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What another thread calls is refused, and has changed nothing. */
@Timeout(60)
class ForeignThreadIT {
    private static final Body.Taker NOBODY = new Body.Taker() {
        @Override
        public void piece(IoBuffer piece) {
            throw new AssertionError("nobody has pulled");
        }

        @Override
        public void end(HttpFields trailers) {
            throw new AssertionError("nobody has pulled");
        }

        @Override
        public void failed(String why) {
            throw new AssertionError("nobody has pulled");
        }
    };

    /** All that an exchange, its bodies and the client are asked to do. */
    private static Map<String, Runnable> calls(RunningLoop loop, Exchange exchange, AsyncFile file, ClientCall call) {
        final byte[] bytes = "from elsewhere".getBytes(US_ASCII);
        final Map<String, Runnable> calls = new LinkedHashMap<>();
        calls.put("closeAfter", exchange::closeAfter);
        calls.put("chargeTo", () -> exchange.chargeTo(loop.asker));
        calls.put("head", () -> exchange.head(500, new NoFields()));
        calls.put("headWithoutLength", () -> exchange.headWithoutLength(500, new NoFields()));
        calls.put("handOver", () -> exchange.handOver(101, new NoFields()));
        calls.put("body of bytes", () -> exchange.body(bytes));
        calls.put("body of a file", () -> exchange.body(file, 0L, 1L, () -> {}, null));
        calls.put("body that is pulled", () -> exchange.body(exchange.requestBody()));
        calls.put("done", exchange::done);
        calls.put("abort", exchange::abort);
        calls.put("pull", () -> exchange.requestBody().pull(NOBODY));
        calls.put("abort of a body", () -> exchange.requestBody().abort());
        calls.put("body of a file to its end", () -> new FileBody(exchange, file, () -> {}).pull(NOBODY));
        calls.put("sink", () -> new FileSink(exchange, file, 0L, why -> {}).take(exchange.requestBody()));
        calls.put(
                "request",
                () -> loop.client.request(
                        loop.address(), loop.asker, new ClientRequest("GET", "/", RunningLoop.HOST), new Answer()));
        calls.put("abort of a call", call::abort);
        calls.put("tunnel", () -> call.tunnel(exchange.requestBody()));
        return calls;
    }

    @Test
    void shouldBeRefusedAndChangeNothing() throws Exception {
        final CompletableFuture<Exchange> handled = new CompletableFuture<>();
        try (ScriptedServer silent = new ScriptedServer((index, talk) -> {
                    talk.readHead();
                    talk.readHead();
                });
                RunningLoop loop = new RunningLoop(HttpTimeouts.USUAL, RunningLoop.wanting(exchange -> {
                    handled.complete(exchange);
                }));
                Socket socket = loop.connect()) {
            final AsyncFile file = loop.on(() -> loop.server.io().newFile());
            final Answer answer = loop.get(silent.address(), "/");
            socket.getOutputStream()
                    .write("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody".getBytes(US_ASCII));
            final Exchange exchange = handled.get(20, TimeUnit.SECONDS);
            calls(loop, exchange, file, answer.call)
                    .forEach((name, call) -> assertThatIllegalStateException()
                            .as(name)
                            .isThrownBy(call::run)
                            .withMessageContaining("loop")
                            .withMessageContaining(Thread.currentThread().getName()));

            loop.later(() -> {
                exchange.headWithoutLength(200, new NoFields());
                exchange.body(exchange.requestBody());
                exchange.done();
            });
            socket.shutdownOutput();
            assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
                    .startsWith("HTTP/1.1 200 OK")
                    .endsWith("\r\n\r\n4\r\nbody\r\n0\r\n\r\n");
            assertThat(loop.failures).isEmpty();
            loop.later(answer.call::abort);
        }
    }
}
