// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is served of a directory. */
class FileServerIT {
    private static final long MODIFIED_SECONDS = 784_111_777L;
    private static final String MODIFIED = "Sun, 06 Nov 1994 08:49:37 GMT";

    @TempDir
    Path directory;

    private RunningServer server;

    @BeforeEach
    void start() {
        server = RunningServer.of(directory);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void shouldServeAFileToAnOrdinaryClient() throws Exception {
        TestFiles.setModified(TestFiles.write(directory, "a/page.html", "<p>hello"), MODIFIED_SECONDS);
        final URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + "/a/page.html");

        final HttpResponse<String> response = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("<p>hello");
        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/html;charset=utf-8");
        assertThat(response.headers().firstValue("Last-Modified")).hasValue(MODIFIED);
        assertThat(response.headers().firstValue("Content-Length")).hasValue("8");
        assertThat(response.headers().firstValue("Date")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3_000, 4_096, 8_192, 65_000, 65_100, 65_300, 65_536, 65_537, 131_072, 1_000_003})
    void shouldServeFilesOfEverySize(int lengthBytes) throws IOException {
        final byte[] content = TestFiles.writeRandom(directory, "file", lengthBytes);

        try (Client client = new Client(server.address())) {
            for (int i = 0; i < 3; i++) {
                final Response response = client.get("/file").response();
                assertThat(response.status()).isEqualTo(200);
                assertThat(response.contentLength()).isEqualTo(lengthBytes);
                assertThat(response.body()).isEqualTo(content);
            }
        }
    }

    @Test
    void shouldAnswerHeadWithTheHeaderAlone() throws IOException {
        TestFiles.write(directory, "file.txt", "0123456789");

        try (Client client = new Client(server.address())) {
            final Response head =
                    client.send("HEAD /file.txt HTTP/1.1\r\nHost: h\r\n\r\n").headResponse();
            final Response get = client.get("/file.txt").response();
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.contentLength()).isEqualTo(10L);
            assertThat(get.field("Content-Type")).isEqualTo(head.field("Content-Type"));
            assertThat(get.field("Last-Modified")).isEqualTo(head.field("Last-Modified"));
            assertThat(get.text()).isEqualTo("0123456789");

            final Response missing =
                    client.send("HEAD /missing HTTP/1.1\r\nHost: h\r\n\r\n").headResponse();
            assertThat(missing.status()).isEqualTo(404);
            assertThat(client.get("/file.txt").response().status()).isEqualTo(200);
        }
    }

    @Test
    void shouldServeTheIndexOfADirectory() throws IOException {
        TestFiles.write(directory, "index.html", "root");
        TestFiles.write(directory, "sub/index.html", "sub");
        Files.createDirectory(directory.resolve("empty"));
        Files.createDirectories(directory.resolve("odd/index.html"));

        assertThat(get("/").text()).isEqualTo("root");
        assertThat(get("/sub/").text()).isEqualTo("sub");
        assertThat(get("/sub/").field("Content-Type")).isEqualTo("text/html;charset=utf-8");
        assertThat(get("/empty/").status()).isEqualTo(404);
        assertThat(get("/odd/").status()).isEqualTo(404);
    }

    @Test
    void shouldSendToTheDirectoryWhoeverForgotItsSlash() throws IOException {
        Files.createDirectories(directory.resolve("a b/ü?"));

        final Response response = get("/a%20b/%C3%BC%3F");
        assertThat(response.status()).isEqualTo(301);
        assertThat(response.field("Location")).isEqualTo("/a%20b/%C3%BC%3F/");
        assertThat(get("/x/..//a%20b").field("Location")).isEqualTo("/a%20b/");
    }

    @ParameterizedTest
    @CsvSource({
        "/sub?query,                /sub/?query",
        "/sub?,                     /sub/?",
        "/sub?a=1&b=%2F?c,          /sub/?a=1&b=%2F?c",
        "/sub?q#fragment,           /sub/?q",
        "/sub#fragment?q,           /sub/",
        "http://h/sub?q,            /sub/?q"
    })
    void shouldKeepTheQueryOfWhoeverIsSentToADirectory(String target, String location) throws IOException {
        Files.createDirectory(directory.resolve("sub"));
        final Response response = get(target);
        assertThat(response.status()).isEqualTo(301);
        assertThat(response.field("Location")).isEqualTo(location);
    }

    @Test
    void shouldTakeNoTargetThatIsNotAscii() throws IOException {
        assertThat(get("/sub?\u00C3\u00A4").status()).isEqualTo(400);
    }

    @Test
    void shouldNeverSendToAnotherHost() throws IOException {
        Files.createDirectories(directory.resolve("evil.example"));
        assertThat(get("//evil.example").field("Location")).isEqualTo("/evil.example/");
        assertThat(get("/%2fevil.example").field("Location")).isEqualTo("/evil.example/");
    }

    @Test
    void shouldNotBreakTheHeaderByWhatAPathContains() throws IOException {
        Files.createDirectories(directory.resolve("a\r\nSet-Cookie: b"));
        final Response response = get("/a%0d%0aSet-Cookie:%20b");
        assertThat(response.status()).isEqualTo(301);
        assertThat(response.field("Set-Cookie")).isNull();
    }

    @Test
    void shouldAnswerNotModified() throws IOException {
        TestFiles.write(directory, "file", "x");
        await().until(() -> get("/file").field("Last-Modified") != null); // its second is over

        final Response file = get("/file");
        final Response same = getIf("Modified-Since: " + file.field("Last-Modified"));
        assertThat(same.status()).isEqualTo(304);
        assertThat(same.field("Last-Modified")).isEqualTo(file.field("Last-Modified"));
        assertThat(same.field("ETag")).isEqualTo(file.field("ETag"));
        assertThat(getIf("None-Match: " + file.field("ETag")).status()).isEqualTo(304);
        assertThat(getIf("None-Match: \"other\"").status()).isEqualTo(200);
        assertThat(getIf("Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT").status())
                .isEqualTo(200);
        assertThat(getIf("Modified-Since: no date").status()).isEqualTo(200);
    }

    @Test
    void shouldBelieveNoDateOfAFileWhoseTimesWereSet() throws IOException {
        TestFiles.setModified(TestFiles.write(directory, "file", "x"), MODIFIED_SECONDS);
        assertThat(get("/file").field("Last-Modified")).isEqualTo(MODIFIED);
        assertThat(getIf("Modified-Since: " + MODIFIED).status())
                .as("another of the same size may have had it")
                .isEqualTo(200);
    }

    @Test
    void shouldServeTheNewContentOfAFileThatChanged() throws IOException {
        TestFiles.write(directory, "file", "before");
        try (Client client = new Client(server.address())) {
            assertThat(client.get("/file").response().text()).isEqualTo("before");
            TestFiles.write(directory, "file", "and afterwards");
            assertThat(client.get("/file").response().text()).isEqualTo("and afterwards");
        }
    }

    @Test
    void shouldAnswerNotFoundForWhatIsNotThere() throws IOException {
        TestFiles.write(directory, "file", "x");

        assertThat(get("/missing").status()).isEqualTo(404);
        assertThat(get("/file/").status()).isEqualTo(404);
        assertThat(get("/file/x").status()).isEqualTo(404);
        assertThat(get("/" + "n".repeat(300)).status()).isEqualTo(404);
        assertThat(get("/missing").text()).isEqualTo("404 Not Found\n");
    }

    @Test
    void shouldAnswerNotFoundForAFifoWithoutWaitingForItsOtherEnd() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", directory.resolve("fifo").toString())
                        .start()
                        .waitFor())
                .isZero();
        assertThat(get("/fifo").status()).isEqualTo(404);
    }

    @Test
    void shouldServeAFileByItsEncodedName() throws IOException {
        TestFiles.write(directory, "ä 100%/😀.txt", "found");
        TestFiles.write(directory, "back\\slash", "slash");

        assertThat(get("/%C3%A4%20100%25/%F0%9F%98%80.txt").text()).isEqualTo("found");
        assertThat(get("/back%5cslash").text()).isEqualTo("slash");
        assertThat(get("/back\\slash").text()).isEqualTo("slash");
    }

    @Test
    void shouldAnswerTheAbsoluteForm() throws IOException {
        TestFiles.write(directory, "file", "x");
        assertThat(get("http://elsewhere/file").text()).isEqualTo("x");
    }

    @Test
    void shouldCountResponsesByClass() throws IOException {
        TestFiles.write(directory, "file", "x");
        Files.createDirectory(directory.resolve("sub"));
        get("/file");
        get("/file");
        get("/sub");
        get("/missing");

        assertThat(server.counters())
                .containsEntry("requests", 4L)
                .containsEntry("responses_2xx", 2L)
                .containsEntry("responses_3xx", 1L)
                .containsEntry("responses_4xx", 1L)
                .containsEntry("responses_5xx", 0L)
                .containsEntry("connections_total", 4L);
    }

    @Test
    void shouldSayWhichAddressIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            final InetSocketAddress address = (InetSocketAddress) taken.getLocalSocketAddress();
            assertThatThrownBy(() -> FileServer.open(ServerOptions.of(directory, address)))
                    .hasMessageContaining(String.valueOf(address.getPort()))
                    .hasMessageContaining("EADDRINUSE");
        }
    }

    @Test
    void shouldSayThatTheDirectoryIsMissing() {
        final Path missing = directory.resolve("missing");
        final InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        assertThatThrownBy(() -> FileServer.open(ServerOptions.of(missing, anyPort)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(missing.toString());
    }

    private Response get(String target) throws IOException {
        try (Client client = new Client(server.address())) {
            return client.get(target).response();
        }
    }

    private Response getIf(String condition) throws IOException {
        try (Client client = new Client(server.address())) {
            return client.send("GET /file HTTP/1.1\r\nHost: h\r\nIf-" + condition + "\r\n\r\n")
                    .response();
        }
    }
}
