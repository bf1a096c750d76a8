// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who a handler is told has asked. */
@Timeout(60)
class PeerIT {
    private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

    private RunningLoop server;

    @BeforeEach
    void serve() {
        server = new RunningLoop(HttpTimeouts.USUAL, own -> exchange -> {
            final byte[] text = (exchange.peer() + "\n").getBytes(ISO_8859_1);
            exchange.headWithoutLength(200, new NoFields());
            exchange.body(text);
            exchange.done();
        });
    }

    @AfterEach
    void stop() {
        server.close();
        assertThat(server.failures).isEmpty();
    }

    private static String answer(Socket socket, String said) throws Exception {
        socket.getOutputStream().write(said.getBytes(ISO_8859_1));
        socket.shutdownOutput();
        return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }

    @Test
    void shouldBeWhoHasConnected() throws Exception {
        try (Socket socket = server.connect()) {
            assertThat(answer(socket, GET)).contains("/127.0.0.1:" + socket.getLocalPort() + "\n");
        }
    }

    @Test
    void shouldBeWhomABalancerAsksFor() throws Exception {
        final InetAddress balancer = InetAddress.getByName(WhoAsks.BALANCER);
        try (Socket socket =
                new Socket(server.address().getAddress(), server.address().getPort(), balancer, 0)) {
            socket.setSoTimeout(30_000);
            assertThat(answer(socket, "PROXY TCP4 203.0.113.7 10.0.0.1 56324 80\r\n" + GET + GET))
                    .containsSubsequence("/203.0.113.7:56324\n", "/203.0.113.7:56324\n");
        }
    }
}
