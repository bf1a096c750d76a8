// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static dev.sluice.samples.http.WhoAsks.BALANCER;
import static dev.sluice.samples.http.WhoAsks.answer;
import static dev.sluice.samples.http.WhoAsks.ask;
import static dev.sluice.samples.http.WhoAsks.askAndRead;
import static dev.sluice.samples.http.WhoAsks.say;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients behind a balancer that speaks the PROXY protocol. */
@Timeout(120)
class BalancerIT {
    private static final int MOST_CONNECTIONS = 100;

    private static final String URGENT = "PROXY TCP4 203.0.113.7 10.0.0.1 56324 80\r\n";
    private static final String LOW = "PROXY TCP4 198.51.100.7 10.0.0.1 56324 80\r\n";

    private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";
    private static final String LOCAL = SIGNATURE + "\40\0\0\0";
    private static final String URGENT_2 = SIGNATURE + "\41\21\0\14\313\0\161\7\12\0\0\1\334\4\0\120";

    @Test
    void shouldServeAClientInTheClassOfTheAddressThatTheHeaderGives() throws Exception {
        try (WhoAsks server = new WhoAsks(MOST_CONNECTIONS)) {
            assertThat(askedBehind(server, URGENT)).isEqualTo("server/urgent/203.0.113.7:56324 60 1");
            assertThat(askedBehind(server, URGENT_2)).isEqualTo("server/urgent/203.0.113.7:56324 60 1");
            assertThat(askedBehind(server, LOW)).isEqualTo("server/low/198.51.100.7:56324 8 1");
            assertThat(askedBehind(server, "PROXY TCP6 2001:db8::9 ::1 5 6\r\n"))
                    .isEqualTo("server/urgent/2001:db8:0:0:0:0:0:9:5 60 1");
            assertThat(askedBehind(server, "PROXY TCP6 ::ffff:203.0.113.7 ::1 5 6\r\n"))
                    .as("an IPv4 address in the form of IPv6")
                    .isEqualTo("server/urgent/203.0.113.7:5 60 1");
            assertThat(server.unintroduced()).isZero();
        }
    }

    private static String askedBehind(WhoAsks server, String header) throws IOException {
        try (Socket socket = server.connect(BALANCER)) {
            say(socket, header);
            return askAndRead(socket);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {LOCAL, "PROXY UNKNOWN\r\n", "PROXY UNKNOWN 1 2 3 4\r\n"})
    void shouldTakeTheBalancerForItselfIfItNamesNobody(String header) throws Exception {
        try (WhoAsks server = new WhoAsks(MOST_CONNECTIONS)) {
            assertThat(askedBehind(server, header)).matches("server/balancer/127\\.0\\.0\\.2:\\d+ 40 1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {URGENT, URGENT_2})
    void shouldReadAHeaderThatComesByteByByte(String header) throws Exception {
        try (WhoAsks server = new WhoAsks(MOST_CONNECTIONS);
                Socket socket = server.connect(BALANCER)) {
            for (int i = 0; i < header.length(); i++) {
                say(socket, header.substring(i, i + 1));
            }
            assertThat(askAndRead(socket)).isEqualTo("server/urgent/203.0.113.7:56324 60 1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {URGENT, URGENT_2, LOCAL})
    void shouldLeaveWhatIsBehindTheHeaderToTheProtocol(String header) throws Exception {
        try (WhoAsks server = new WhoAsks(MOST_CONNECTIONS);
                Socket socket = server.connect(BALANCER)) {
            final String request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
            say(socket, header + request + request);
            final String first = answer(socket);
            assertThat(answer(socket)).isEqualTo(first);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\nHost: h\r\n\r\n", "PROXY TCP4 1.2.3.4\r\n", SIGNATURE + "\61\21\0\0"})
    void shouldCloseWithoutAnAnswerIfTheHeaderIsMissingOrMalformed(String text) throws Exception {
        try (WhoAsks server = new WhoAsks(MOST_CONNECTIONS);
                Socket socket = server.connect(BALANCER)) {
            say(socket, text);
            assertEndsUnanswered(socket);
            await().until(() -> server.unintroduced() == 1L);
        }
    }

    private static void assertEndsUnanswered(Socket socket) {
        int first;
        try {
            first = socket.getInputStream().read();
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("reset");
            first = -1;
        }
        assertThat(first).isEqualTo(-1);
    }

    @Test
    void shouldTakeTheHeaderOfSomebodyElseForABadRequest() throws Exception {
        try (WhoAsks server = new WhoAsks(MOST_CONNECTIONS);
                Socket socket = server.connect("127.0.0.1")) {
            say(socket, URGENT);
            ask(socket);
            final byte[] answer = socket.getInputStream().readNBytes(12);
            assertThat(new String(answer, java.nio.charset.StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 400");
        }
    }

    @ParameterizedTest
    @CsvSource({"false, 0", "false, 5", "false, 30", "true, 0", "true, 20"})
    void shouldForgetABalancerThatDiesBeforeItHasSaidAll(boolean reset, int saidBytes) throws Exception {
        try (WhoAsks server = new WhoAsks(MOST_CONNECTIONS)) {
            final Socket socket = server.connect(BALANCER);
            say(socket, URGENT.substring(0, saidBytes));
            await().until(() -> server.descriptors() > 1L);
            socket.setSoLinger(reset, 0);
            socket.close();
            await().until(() -> server.unintroduced() == 1L && server.descriptors() == 1L);
        }
    }

    @Test
    void shouldNotWaitForHeadersWhenItStops() throws Exception {
        final List<Socket> silent = new ArrayList<>();
        try (WhoAsks server = new WhoAsks(MOST_CONNECTIONS)) {
            for (int i = 0; i < 10; i++) {
                silent.add(server.connect(BALANCER));
                say(silent.get(i), URGENT.substring(0, i));
            }
            await().until(() -> server.descriptors() >= 11L);
            final long startNs = System.nanoTime();
            server.stop();
            for (final Socket socket : silent) {
                assertEndsUnanswered(socket);
            }
            assertThat(System.nanoTime() - startNs).isLessThan(4_000_000_000L);
        } finally {
            closeAll(silent);
        }
    }

    private static void closeAll(List<Socket> sockets) throws IOException {
        for (final Socket socket : sockets) {
            socket.close();
        }
    }

    /** Each class has its places, not the balancer for all. */
    @Test
    void shouldCountPlacesOfTheClassesOfClients() throws Exception {
        try (WhoAsks server = new WhoAsks(MOST_CONNECTIONS);
                Socket first = server.connect(BALANCER);
                Socket second = server.connect(BALANCER);
                Socket third = server.connect(BALANCER)) {
            say(first, LOW + "GET / HTTP/1.1\r\n");
            say(second, LOW + "GET / HTTP/1.1\r\n");
            await().until(() -> server.descriptors() == 4L);
            say(third, LOW);
            ask(third);
            assertThat(askedBehind(server, URGENT)).as("another class").endsWith(" 60 1");
            assertThat(third.getInputStream().available()).as("it has 2 places").isZero();
            say(first, "Host: h\r\nConnection: close\r\n\r\n");
            assertThat(answer(first)).isEqualTo("server/low/198.51.100.7:56324 8 2");
            first.shutdownOutput();
            assertThat(answer(third)).isEqualTo("server/low/198.51.100.7:56324 8 2");
        }
    }

    /** More than may wait, and none of them with a whole header. */
    @Test
    void shouldLetOthersInBesideManyThatSayHalfAHeader() throws Exception {
        final int count = 10_000;
        final List<Socket> halves = new ArrayList<>();
        try (WhoAsks server = new WhoAsks(MOST_CONNECTIONS)) {
            for (int i = 0; i < count; i++) {
                halves.add(server.connect(BALANCER));
                say(halves.get(i), URGENT.substring(0, i % URGENT.length()));
                if (i % 1000 == 999) {
                    assertThat(askedBehind(server, URGENT)).endsWith(" 60 1");
                    try (Socket direct = server.connect("127.0.0.1")) {
                        assertThat(askAndRead(direct)).contains("server/default/");
                    }
                }
            }
            assertThat(server.descriptors()).isLessThan(1L + 1024L + 2L * MOST_CONNECTIONS);
            await().atMost(Duration.ofSeconds(20)).until(() -> server.unintroduced() == count);
        } finally {
            closeAll(halves);
        }
    }
}
