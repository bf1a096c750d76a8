// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Parts of files.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-14">RFC 9110, 14: range requests</a>
 */
class RangeRequestIT {
    private static final int SIZE_BYTES = 1_000_003;

    @TempDir
    Path directory;

    private byte[] content;
    private RunningServer server;

    @BeforeEach
    void start() throws IOException {
        content = TestFiles.writeRandom(directory, "file.bin", SIZE_BYTES);
        TestFiles.write(directory, "empty", "");
        server = RunningServer.of(directory);
    }

    @AfterEach
    void stop() {
        server.awaitNothingHeld();
        server.close();
    }

    private Response get(String target, String... fields) throws IOException {
        try (Client client = new Client(server.address())) {
            return client.send(request("GET", target, fields)).response();
        }
    }

    private static String request(String method, String target, String... fields) {
        final String end = fields.length == 0 ? "" : "\r\n";
        return method + " " + target + " HTTP/1.1\r\nHost: h\r\n" + String.join("\r\n", fields) + end + "\r\n";
    }

    @ParameterizedTest
    @CsvSource({
        "0-0,             0,       1",
        "0-499,           0,       500",
        "500-,            500,     999503",
        "-1,              1000002, 1",
        "-70000,          930003,  70000",
        "-99999999999,    0,       1000003",
        "999999-1000002,  999999,  4",
        "1000002-9999999999999999999999, 1000002, 1",
        "60000-200000,    60000,   140001"
    })
    void shouldSendOnePart(String range, int first, int lengthBytes) throws IOException {
        final Response response = get("/file.bin", "Range: bytes=" + range);
        assertThat(response.status()).isEqualTo(206);
        assertThat(response.field("Content-Range"))
                .isEqualTo("bytes " + first + "-" + (first + lengthBytes - 1) + "/" + SIZE_BYTES);
        assertThat(response.body()).isEqualTo(Arrays.copyOfRange(content, first, first + lengthBytes));
        assertThat(response.field("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(response.field("ETag")).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"bytes=5-4", "bytes=", "bytes=a-b", "lines=0-1", "bytes=0-1-2", "bytes=--1", "bytes", "bytes=0"})
    void shouldSendAllToWhoseRangeIsNone(String range) throws IOException {
        final Response response = get("/file.bin", "Range: " + range);
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.field("Accept-Ranges")).isEqualTo("bytes");
        assertThat(response.body()).isEqualTo(content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=1000003-", "bytes=2000000-3000000", "bytes=-0"})
    void shouldSayHowLongTheFileIsToWhoAsksForWhatLiesBehindItsEnd(String range) throws IOException {
        try (Client client = new Client(server.address())) {
            final Response response =
                    client.send(request("GET", "/file.bin", "Range: " + range)).response();
            assertThat(response.status()).isEqualTo(416);
            assertThat(response.field("Content-Range")).isEqualTo("bytes */" + SIZE_BYTES);
            assertThat(client.get("/empty").response().status()).isEqualTo(200);
        }
    }

    @Test
    void shouldSendAllOfAnEmptyFileToWhoWantsItsEnd() throws IOException {
        assertThat(get("/empty", "Range: bytes=-5").status()).isEqualTo(200);
        assertThat(get("/empty", "Range: bytes=0-").status()).isEqualTo(416);
    }

    @Test
    void shouldIgnoreTheRangeOfAHead() throws IOException {
        try (Client client = new Client(server.address())) {
            final Response response = client.send(request("HEAD", "/file.bin", "Range: bytes=0-1"))
                    .headResponse();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.contentLength()).isEqualTo(SIZE_BYTES);
        }
    }

    @Test
    void shouldSendSeveralPartsWithTheirHeads() throws IOException {
        final int[][] ranges = {{0, 9}, {100_000, 299_999}, {999_993, 1_000_002}};
        final Response response = get("/file.bin", "Range: bytes=0-9,100000-299999,-10");
        assertThat(response.status()).isEqualTo(206);
        final String type = response.field("Content-Type");
        assertThat(type).startsWith("multipart/byteranges; boundary=");
        final String boundary = type.substring(type.indexOf('=') + 1);
        final ByteArrayOutputStream expected = new ByteArrayOutputStream();
        for (final int[] range : ranges) {
            expected.writeBytes(("\r\n--" + boundary
                            + "\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes " + range[0] + "-"
                            + range[1] + "/" + SIZE_BYTES + "\r\n\r\n")
                    .getBytes(ISO_8859_1));
            expected.write(content, range[0], range[1] - range[0] + 1);
        }
        expected.writeBytes(("\r\n--" + boundary + "--\r\n").getBytes(ISO_8859_1));
        assertThat(response.body()).isEqualTo(expected.toByteArray());
    }

    @Test
    void shouldSendNoByteTwiceHoweverOftenItIsAskedFor() throws IOException {
        final Response merged = get("/file.bin", "Range: bytes=0-9,5-20,21-30,0-0");
        assertThat(merged.field("Content-Range")).isEqualTo("bytes 0-30/" + SIZE_BYTES);
        final StringBuilder many = new StringBuilder("Range: bytes=0-");
        for (int i = 0; i < 1000; i++) {
            many.append(",0-");
        }
        assertThat(get("/file.bin", many.toString()).body()).hasSize(SIZE_BYTES);
    }

    @Test
    void shouldServeWhatIsBehindPartsOnTheSameConnection() throws IOException {
        try (Client client = new Client(server.address())) {
            client.send(request("GET", "/file.bin", "Range: bytes=0-9,20-29")
                    + request("GET", "/file.bin", "Range: bytes=5-6")
                    + request("GET", "/empty"));
            assertThat(client.response().status()).isEqualTo(206);
            assertThat(client.response().body()).isEqualTo(Arrays.copyOfRange(content, 5, 7));
            assertThat(client.response().status()).isEqualTo(200);
        }
    }

    /** RFC 9110, 13.1.5. */
    @Test
    void shouldSendTheRestOnlyOfTheSameFile() throws IOException {
        final String[] tag = new String[1];
        await().until(() -> {
            tag[0] = get("/file.bin").field("ETag");
            return tag[0].startsWith("\"");
        });
        assertThat(get("/file.bin", "Range: bytes=9-", "If-Range: " + tag[0]).status())
                .isEqualTo(206);
        assertThat(get("/file.bin", "Range: bytes=9-", "If-Range: W/" + tag[0]).status())
                .isEqualTo(200);
        assertThat(get("/file.bin", "If-None-Match: " + tag[0]).status()).isEqualTo(304);
        Files.setLastModifiedTime(
                directory.resolve("file.bin"), Files.getLastModifiedTime(directory.resolve("file.bin")));
        assertThat(get("/file.bin", "Range: bytes=9-", "If-Range: " + tag[0]).status())
                .as("something of it has changed")
                .isEqualTo(200);
        assertThat(get("/file.bin", "If-None-Match: " + tag[0]).status()).isEqualTo(200);
    }

    @Test
    void shouldSendWhatANaiveServerSendsWhateverIsAskedFor() throws IOException {
        final long seed = Long.getLong("seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        try (Client client = new Client(server.address())) {
            for (int i = 0; i < 200; i++) {
                final int first = random.nextInt(SIZE_BYTES);
                final int last = Math.min(SIZE_BYTES - 1, first + random.nextInt(i % 3 == 0 ? 200_000 : 5_000));
                final Response response = client.send(request("GET", "/file.bin", "Range: bytes=" + first + "-" + last))
                        .response();
                assertThat(response.body())
                        .as("seed %d, step %d", seed, i)
                        .isEqualTo(Arrays.copyOfRange(content, first, last + 1));
            }
        }
    }

    @Test
    void shouldLetCurlResume() throws Exception {
        final Path half = Files.write(directory.resolve("half"), Arrays.copyOf(content, 400_000));
        final Process curl = new ProcessBuilder(
                        "curl",
                        "-sSf",
                        "-C",
                        "-",
                        "-o",
                        half.toString(),
                        "http://127.0.0.1:" + server.address().getPort() + "/file.bin")
                .inheritIO()
                .start();
        assertThat(curl.waitFor()).isZero();
        assertThat(Files.readAllBytes(half)).isEqualTo(content);
    }

    /** A file that neither the server nor the kernel's buffer for sending has taken up by then. */
    @Test
    void shouldEndTheConnectionWhenAPartIsCutOff() throws IOException {
        TestFiles.writeRandom(directory, "large.bin", 30_000_000);
        try (Client client = new Client(server.address(), 4096)) {
            client.send(request("GET", "/large.bin", "Range: bytes=0-9999999,11000000-"));
            final Response header = Response.readHeader(client.in());
            assertThat(header.status()).isEqualTo(206);
            Files.write(directory.resolve("large.bin"), new byte[10]);
            assertThat((long) client.in().readAllBytes().length).isLessThan(header.contentLength());
        }
    }
}
