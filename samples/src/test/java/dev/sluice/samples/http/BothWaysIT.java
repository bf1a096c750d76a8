// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.IoBuffer;
import dev.sluice.samples.http.wire.RequestReader;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Much goes both ways at once. */
@Timeout(60)
class BothWaysIT {
    private static final int LENGTH_BYTES = 32 << 20;

    /** Says much at once, and takes in what it is sent meanwhile. */
    private static final class Answering implements HttpHandler, Body.Taker {
        private Exchange exchange;

        @Override
        public boolean wantsBody(RequestReader head) {
            return true;
        }

        @Override
        public void handle(Exchange newExchange) {
            exchange = newExchange;
            exchange.headWithoutLength(200, new NoFields());
            exchange.body(new byte[LENGTH_BYTES]);
            exchange.requestBody().pull(this);
        }

        @Override
        public void piece(IoBuffer piece) {
            piece.release();
            exchange.requestBody().pull(this);
        }

        @Override
        public void end(HttpFields trailers) {
            exchange.done();
        }

        @Override
        public void failed(String why) {
            exchange.abort();
        }
    }

    /** A client that reads nothing before it has sent all is waited for by nobody but itself. */
    @Test
    void shouldReceiveWhatIsPulledWhileTheAnswerIsNotTaken() throws Exception {
        try (RunningLoop server = new RunningLoop(HttpTimeouts.USUAL, own -> new Answering());
                Socket socket = server.connect()) {
            CompletableFuture.runAsync(() -> post(socket)).get(20, TimeUnit.SECONDS);
            final InputStream in = socket.getInputStream();
            socket.shutdownOutput();
            assertThat(in.readAllBytes().length).isGreaterThan(LENGTH_BYTES);
        }
    }

    private static void post(Socket socket) {
        try {
            final OutputStream out = socket.getOutputStream();
            out.write(
                    ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + LENGTH_BYTES + "\r\n\r\n").getBytes(US_ASCII));
            out.write(new byte[LENGTH_BYTES]);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
