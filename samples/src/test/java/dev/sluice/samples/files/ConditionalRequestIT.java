// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is answered under conditions, as RFC 9110, 13, has it. */
class ConditionalRequestIT {
    private static final long MODIFIED_SECONDS = 784_111_777L;

    @TempDir
    Path directory;

    private RunningServer server;

    @BeforeEach
    void start() throws IOException {
        TestFiles.setModified(TestFiles.write(directory, "file", "x"), MODIFIED_SECONDS);
        server = RunningServer.of(
                directory, o -> o.withFiles(FileOptions.defaults().withIdentity(Identity.SIZE_AND_MODIFICATION)));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT | 412",
                "If-Unmodified-Since: Sunday, 06-Nov-94 08:49:36 GMT | 412",
                "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT | 200",
                "If-Unmodified-Since: Mon, 07 Nov 1994 00:00:00 GMT | 200",
                "If-Unmodified-Since: no date | 200",
                "If-Match: * | 200",
                "If-Match: \"tag\" | 412",
                "If-Match: *; If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT | 200",
                "If-None-Match: * | 304",
                "If-None-Match: \"tag\" | 200",
                "If-None-Match: \"tag\"; If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT | 200",
                "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT | 304",
                "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT; If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT | 304",
                "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT; If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT | 412"
            })
    void shouldAnswerByTheConditions(String conditions, int status) throws IOException {
        assertThat(get("/file", conditions).status()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"If-Modified-Since", "If-Unmodified-Since"})
    void shouldIgnoreADateThatIsGivenTwice(String field) throws IOException {
        final String same = field + ": Sun, 06 Nov 1994 08:49:37 GMT";
        final String before = field + ": Sun, 06 Nov 1994 08:49:36 GMT";
        assertThat(get("/file", same + "; " + before).status()).isEqualTo(200);
        assertThat(get("/file", before + "; " + same).status()).isEqualTo(200);
        assertThat(get("/file", same + "; " + same).status()).isEqualTo(200);
        assertThat(get("/file", same + ", Sun, 06 Nov 1994 08:49:36 GMT").status())
                .isEqualTo(200);
        assertThat(get("/file", before + ", Sun, 06 Nov 1994 08:49:37 GMT").status())
                .isEqualTo(200);
    }

    @Test
    void shouldAskForConditionsOnlyOfWhatIsThere() throws IOException {
        assertThat(get("/missing", "If-Match: *").status()).isEqualTo(404);
        assertThat(get("/missing", "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void shouldNotSayThatAFileWasModifiedAfterNow() throws IOException {
        final long tomorrow = Instant.now().getEpochSecond() + 86_400L;
        TestFiles.setModified(TestFiles.write(directory, "tomorrow", "x"), tomorrow);

        final Response response = get("/tomorrow", "X: y");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.field("Last-Modified")).isNull();
        assertThat(response.field("ETag")).startsWith("W/");
        final Response again = get("/tomorrow", "If-Modified-Since: " + response.field("Date"));
        assertThat(again.status()).isEqualTo(200);
        final Response any = get("/tomorrow", "If-None-Match: *");
        assertThat(any.status()).isEqualTo(304);
        assertThat(any.field("Last-Modified")).isNull();
    }

    private Response get(String target, String fields) throws IOException {
        try (Client client = new Client(server.address())) {
            return client.send("GET " + target + " HTTP/1.1\r\nHost: h\r\n" + fields.replace("; ", "\r\n") + "\r\n\r\n")
                    .response();
        }
    }
}
