// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How connections are kept, pipelined and closed. */
class ConnectionIT {
    @TempDir
    Path directory;

    private RunningServer server;

    @BeforeEach
    void start() throws IOException {
        TestFiles.write(directory, "file", "content");
        server = RunningServer.of(directory);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void shouldKeepTheConnectionAfterEveryOrdinaryAnswer() throws IOException {
        Files.createDirectory(directory.resolve("sub"));
        try (Client client = new Client(server.address())) {
            for (int i = 0; i < 5; i++) {
                assertThat(client.get("/file").response().status()).isEqualTo(200);
                assertThat(client.get("/missing").response().status()).isEqualTo(404);
                assertThat(client.get("/sub").response().status()).isEqualTo(301);
                assertThat(client.send("DELETE /file HTTP/1.1\r\nHost: h\r\n\r\n")
                                .response()
                                .status())
                        .isEqualTo(405);
            }
        }
        assertThat(server.counters()).containsEntry("connections_total", 1L).containsEntry("requests", 20L);
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1, close,      close",
        "HTTP/1.1, 'x, close', close",
        "HTTP/1.0, x,          close",
        "HTTP/1.0, keep-alive, keep-alive"
    })
    void shouldSayWhatHappensToTheConnectionAndDoIt(String version, String asked, String answered) throws IOException {
        try (Client client = new Client(server.address())) {
            client.send("GET /file " + version + "\r\nHost: h\r\nConnection: " + asked + "\r\n\r\n");
            final Response response = client.response();
            assertThat(response.text()).isEqualTo("content");
            assertThat(response.field("Connection")).isEqualTo(answered);
            if (response.isLast()) {
                assertThat(client.read()).isEqualTo(-1);
            } else {
                assertThat(client.get("/file").response().text()).isEqualTo("content");
            }
        }
    }

    @Test
    void shouldCloseAfterHttp10() throws IOException {
        try (Client client = new Client(server.address())) {
            assertThat(client.send("GET /file HTTP/1.0\r\n\r\n").response().isLast())
                    .isTrue();
            assertThat(client.read()).isEqualTo(-1);
        }
    }

    @Test
    void shouldAnswerPipelinedRequestsInOrder() throws IOException {
        final int count = 500;
        final StringBuilder requests = new StringBuilder();
        for (int i = 0; i < count; i++) {
            // Large and small, found and not: what is ready sooner must not overtake.
            TestFiles.write(directory, "f" + i, contentOf(i));
            requests.append("GET /")
                    .append(i % 5 == 4 ? "missing" : "f")
                    .append(i)
                    .append(" HTTP/1.1\r\nHost: h\r\n\r\n");
        }
        try (Client client = new Client(server.address())) {
            final Thread sender = new Thread(() -> sendAll(client, requests.toString()), "sender");
            sender.start();
            for (int i = 0; i < count; i++) {
                final Response response = client.response();
                if (i % 5 == 4) {
                    assertThat(response.status()).isEqualTo(404);
                } else {
                    assertThat(response.text()).isEqualTo(contentOf(i));
                }
            }
        }
    }

    private static String contentOf(int i) {
        return ("<" + i + ">").repeat(i % 7 == 0 ? 20_000 : 1);
    }

    private static void sendAll(Client client, String requests) {
        try {
            client.send(requests);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldAnswerARequestThatComesByteByByte() throws IOException {
        try (Client client = new Client(server.address())) {
            for (final byte b : "GET /file HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(US_ASCII)) {
                client.send(new byte[] {b});
            }
            assertThat(client.response().text()).isEqualTo("content");
        }
    }

    @Test
    void shouldAnswerEverythingBeforeTheEndOfAClientThatIsDoneSending() throws IOException {
        try (Client client = new Client(server.address())) {
            client.get("/file").get("/missing").get("/file").endSending();
            assertThat(client.response().status()).isEqualTo(200);
            assertThat(client.response().status()).isEqualTo(404);
            assertThat(client.response().status()).isEqualTo(200);
            assertThat(client.read()).isEqualTo(-1);
        }
    }

    @Test
    void shouldNotAnswerBehindAResponseThatSaidClose() throws IOException {
        try (Client client = new Client(server.address())) {
            client.send("GET /file HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                    .get("/file");
            assertThat(client.response().isLast()).isTrue();
            assertThat(client.read()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"})
    void shouldAllowGetAndHeadOnly(String method) throws IOException {
        try (Client client = new Client(server.address())) {
            final Response response =
                    client.send(method + " /file HTTP/1.1\r\nHost: h\r\n\r\n").response();
            assertThat(response.status()).isEqualTo(405);
            assertThat(response.field("Allow")).isEqualTo("GET, HEAD, OPTIONS");
            assertThat(client.get("/file").response().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"get", "BREW"})
    void shouldSayThatItDoesNotKnowAMethod(String method) throws IOException {
        try (Client client = new Client(server.address())) {
            assertThat(client.send(method + " /file HTTP/1.1\r\nHost: h\r\n\r\n")
                            .response()
                            .status())
                    .isEqualTo(501);
        }
    }

    @Test
    void shouldSayWhatTheServerCanDo() throws IOException {
        try (Client client = new Client(server.address())) {
            final Response response =
                    client.send("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n").response();
            assertThat(response.status()).isEqualTo(204);
            assertThat(response.field("Allow")).isEqualTo("GET, HEAD, OPTIONS");
            assertThat(client.get("/file").response().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({"/../x, 400", "https://h/file, 421"})
    void shouldRefuseAHeadWithoutABody(String target, int status) throws IOException {
        try (Client client = new Client(server.address())) {
            client.send("HEAD " + target + " HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.headResponse().status()).isEqualTo(status);
            assertThat(client.read()).isEqualTo(-1);
        }
        try (Client client = new Client(server.address())) {
            client.send("HEAD / HTTP/1.1\r\nno colon\r\n\r\n");
            assertThat(client.headResponse().status()).isEqualTo(400);
            assertThat(client.read()).isEqualTo(-1);
        }
    }

    @Test
    void shouldTakeNoBodyOfAnotherMethodForARequest() throws IOException {
        try (Client client = new Client(server.address())) {
            final String smuggled = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n";
            client.send(
                    "POST /file HTTP/1.1\r\nHost: h\r\nContent-Length: " + smuggled.length() + "\r\n\r\n" + smuggled);
            assertThat(client.response().status()).isEqualTo(405);
            assertThat(client.get("/file").response().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: chunked",
                "Content-Length: 5\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: identity"
            })
    void shouldTakeNoBodyOfHttp10InAnEncodingForARequest(String framing) throws IOException {
        try (Client client = new Client(server.address())) {
            client.send("GET /file HTTP/1.0\r\nConnection: keep-alive\r\n" + framing + "\r\n\r\n0\r\n\r\n")
                    .get("/file");
            final Response response = client.response();
            assertThat(response.status()).isEqualTo(400);
            assertThat(response.isLast()).isTrue();
            assertThat(client.read()).isEqualTo(-1);
        }
    }

    @Test
    void shouldReadAndForgetTheBodyOfAGet() throws IOException {
        try (Client client = new Client(server.address())) {
            client.send("GET /file HTTP/1.1\r\nHost: h\r\nContent-Length: 20000\r\n\r\n" + "x".repeat(20_000));
            assertThat(client.response().text()).isEqualTo("content");
            client.send("GET /file HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n");
            assertThat(client.response().text()).isEqualTo("content");
            assertThat(client.get("/file").response().text()).isEqualTo("content");
        }
    }

    @Test
    void shouldGiveTheFinalAnswerToAClientThatExpectsToContinue() throws IOException {
        try (Client client = new Client(server.address())) {
            client.send("GET /file HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
            final Response response = client.response();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.isLast()).isTrue();
            assertThat(client.read()).isEqualTo(-1);
        }
    }

    @Test
    void shouldLetAClientReadItsErrorThatIsStillSending() throws IOException {
        final byte[] body = new byte[1 << 20];
        Arrays.fill(body, (byte) 'x');
        try (Client client = new Client(server.address())) {
            client.send("POST /file HTTP/1.1\r\nHost: h\r\nContent-Length: " + body.length + "\r\n\r\n");
            client.send(body); // had the server closed at once, it would be reset here
            assertThat(client.response().status()).isEqualTo(405);
            assertThat(client.read()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'GET /../x HTTP/1.1\r\nHost: h\r\n\r\n', 400",
        "'GET /%00 HTTP/1.1\r\nHost: h\r\n\r\n',  400",
        "'GET /file HTTP/1.1\r\n\r\n',            400",
        "'nonsense\r\n\r\n',                      400",
        "'GET /file HTTP/3.0\r\nHost: h\r\n\r\n', 505"
    })
    void shouldRefuseAndCloseWhatIsMalformed(String request, int status) throws IOException {
        try (Client client = new Client(server.address())) {
            final Response response = client.send(request).response();
            assertThat(response.status()).isEqualTo(status);
            assertThat(response.text()).startsWith(status + " ");
            assertThat(response.isLast()).isTrue();
            assertThat(client.read()).isEqualTo(-1);
        }
    }

    @Test
    void shouldRefuseATargetThatIsTooLong() throws IOException {
        try (Client client = new Client(server.address())) {
            final Response response = client.get("/" + "a".repeat(20_000)).response();
            assertThat(response.status()).isEqualTo(414);
            assertThat(client.read()).isEqualTo(-1);
        }
    }

    @Test
    void shouldRefuseFieldsThatAreTooLong() throws IOException {
        try (Client client = new Client(server.address())) {
            client.send("GET /file HTTP/1.1\r\nHost: h\r\nCookie: " + "a".repeat(50_000) + "\r\n\r\n");
            assertThat(client.response().status()).isEqualTo(431);
            assertThat(client.read()).isEqualTo(-1);
        }
    }

    @Test
    void shouldForgetAClientThatDisappears() throws IOException {
        for (int i = 0; i < 20; i++) {
            try (Client client = new Client(server.address())) {
                client.get("/file").response();
                client.send("GET /fi").disappear();
            }
        }
        server.awaitNothingHeld();
    }
}
