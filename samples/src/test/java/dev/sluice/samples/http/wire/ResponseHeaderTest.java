// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;

class ResponseHeaderTest {
    private static final long SECONDS = 784_111_777L;

    private final ResponseHeader header = new ResponseHeader();
    private final ByteBuffer out = ByteBuffer.allocate(ResponseHeader.MAX_BYTES);

    @Test
    void shouldWriteWhatHttpWants() {
        header.setTime(SECONDS * 1000L + 999L);
        header.begin(out, 200, true, false);
        header.lastModified(out, SECONDS - 1L);
        header.contentLength(out, 12_345_678_901L);
        header.end(out);

        assertThat(written().split("\r\n", -1))
                .containsExactly(
                        "HTTP/1.1 200 OK",
                        "Date: Sun, 06 Nov 1994 08:49:37 GMT",
                        "Last-Modified: Sun, 06 Nov 1994 08:49:36 GMT",
                        "Content-Length: 12345678901",
                        "",
                        "");
    }

    @Test
    void shouldSayThatTheConnectionIsClosed() {
        header.begin(out, 404, false, false);
        assertThat(written()).contains("HTTP/1.1 404 Not Found\r\n").endsWith("Connection: close\r\n");
    }

    @Test
    void shouldSayToHttp10ThatTheConnectionIsKept() {
        header.begin(out, 200, true, true);
        assertThat(written()).endsWith("Connection: keep-alive\r\n");
    }

    @Test
    void shouldMoveTheDateWithTheClock() {
        header.setTime(SECONDS * 1000L);
        header.setTime((SECONDS + 1L) * 1000L);
        header.begin(out, 200, true, false);
        assertThat(written()).contains("Date: Sun, 06 Nov 1994 08:49:38 GMT");
    }

    @Test
    void shouldKeepDatesApartThatShareAPlaceInTheCache() {
        final HttpDates dates = new HttpDates();
        for (int i = 0; i < 5000; i++) {
            final long seconds = SECONDS + i * 1024L;
            assertThat(ZonedDateTime.parse(dates.of(seconds).text, RFC_1123_DATE_TIME)
                            .toEpochSecond())
                    .isEqualTo(seconds);
        }
    }

    private String written() {
        return new String(out.array(), 0, out.position(), US_ASCII);
    }
}
