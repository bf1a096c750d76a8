// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static dev.sluice.samples.http.WhoAsks.BALANCER;
import static dev.sluice.samples.http.WhoAsks.PROXY;
import static dev.sluice.samples.http.WhoAsks.answer;
import static dev.sluice.samples.http.WhoAsks.ask;
import static dev.sluice.samples.http.WhoAsks.askAndRead;
import static dev.sluice.samples.http.WhoAsks.say;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients whose requests a proxy passes on, many of them on one connection. */
@Timeout(60)
class ForwardedIT {
    private static final int MOST_CONNECTIONS = 100;
    private static final String URGENT = "X-Forwarded-For: 203.0.113.7";
    private static final String LOW = "X-Forwarded-For: 198.51.100.7";

    @Test
    void shouldServeEachRequestInTheClassOfItsClient() throws Exception {
        try (WhoAsks server = new WhoAsks(MOST_CONNECTIONS);
                Socket socket = server.connect(PROXY)) {
            for (int i = 0; i < 20; i++) {
                assertThat(askAndRead(socket, URGENT)).matches("server/urgent/127.0.0.3:\\d+ 60 0");
                assertThat(askAndRead(socket, LOW)).matches("server/low/127.0.0.3:\\d+ 8 0");
                assertThat(askAndRead(socket)).as("nobody's").matches("server/proxy/127.0.0.3:\\d+ 40 1");
            }
            for (int i = 0; i < 20; i++) {
                ask(socket, i % 2 == 0 ? URGENT : LOW);
            }
            for (int i = 0; i < 20; i++) {
                assertThat(answer(socket)).as("sent ahead").startsWith(i % 2 == 0 ? "server/urgent" : "server/low");
            }
        }
    }

    /** The class of the clients has 2 places, and none is taken of them. */
    @Test
    void shouldLeaveThePlacesToTheProxy() throws Exception {
        final Socket[] sockets = new Socket[5];
        try (WhoAsks server = new WhoAsks(MOST_CONNECTIONS)) {
            for (int i = 0; i < sockets.length; i++) {
                sockets[i] = server.connect(PROXY);
                assertThat(askAndRead(sockets[i], LOW)).endsWith(" 8 0");
            }
            for (int i = 0; i < sockets.length; i++) {
                assertThat(askAndRead(sockets[i])).as("the proxy's").endsWith(" 40 5");
            }
            for (int i = 0; i < sockets.length; i++) {
                sockets[i].close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-For: 203.0.113.7; urgent",
                "x-forwarded-for: 10.0.0.1, 203.0.113.7; urgent",
                "X-Forwarded-For: 198.51.100.7, 127.0.0.3; low",
                "X-Forwarded-For: [::ffff:203.0.113.7]:80; urgent",
                "X-Forwarded-For: 203.0.113.7, unknown; proxy",
                "X-Forwarded-For:; proxy",
                "Forwarded: for=203.0.113.7;proto=http; urgent",
                "Forwarded: for=203.0.113.7, for=\"[2001:db8::7]:80\"; urgent",
                "Forwarded: for=_hidden; proxy"
            })
    void shouldReadWhatTheProxySays(String line) throws Exception {
        final int last = line.lastIndexOf(';');
        assertAskedFor(line.substring(last + 1).strip(), line.substring(0, last));
    }

    private static void assertAskedFor(String name, String... fields) throws Exception {
        try (WhoAsks server = new WhoAsks(MOST_CONNECTIONS);
                Socket socket = server.connect(PROXY)) {
            assertThat(askAndRead(socket, fields)).startsWith("server/" + name + "/");
        }
    }

    /** Whichever of the two the proxy has not written its client has. */
    @Test
    void shouldTakeTheLessUrgentOfTwoThatAreNamed() throws Exception {
        assertAskedFor("low", URGENT, "Forwarded: for=198.51.100.7");
        assertAskedFor("low", LOW, "Forwarded: for=203.0.113.7");
        assertAskedFor("low", "X-Forwarded-For: 203.0.113.7", "X-Forwarded-For: 198.51.100.7");
    }

    @Test
    void shouldNotBelieveAnybodyElse() throws Exception {
        try (WhoAsks server = new WhoAsks(MOST_CONNECTIONS);
                Socket stranger = server.connect("127.0.0.1");
                Socket balancer = server.connect(BALANCER)) {
            assertThat(askAndRead(stranger, URGENT)).startsWith("server/default/");
            say(balancer, "PROXY UNKNOWN\r\n");
            assertThat(askAndRead(balancer, URGENT)).startsWith("server/balancer/");
        }
    }

    @Test
    void shouldBelieveAProxyBehindABalancer() throws Exception {
        try (WhoAsks server = new WhoAsks(MOST_CONNECTIONS);
                Socket socket = server.connect(BALANCER)) {
            say(socket, "PROXY TCP4 127.0.0.3 10.0.0.1 56324 80\r\n");
            assertThat(askAndRead(socket, URGENT)).isEqualTo("server/urgent/127.0.0.3:56324 60 0");
            assertThat(askAndRead(socket)).isEqualTo("server/proxy/127.0.0.3:56324 40 1");
        }
    }

    @Test
    void shouldLeaveARequestThatIsRefusedToTheProxy() throws Exception {
        try (WhoAsks server = new WhoAsks(MOST_CONNECTIONS);
                Socket socket = server.connect(PROXY)) {
            assertThat(askAndRead(socket, LOW)).startsWith("server/low/");
            say(socket, "no request\r\n\r\n");
            assertThat(new String(socket.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 400");
        }
    }
}
