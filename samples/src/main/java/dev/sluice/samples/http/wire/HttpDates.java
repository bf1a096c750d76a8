// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.DateGenerator;

/** Dates as HTTP writes them, remembered: the same few files are asked for again and again. */
final class HttpDates {
    private static final int ENTRIES = 1 << 10;

    private final HttpDate[] known = new HttpDate[ENTRIES];

    /** Returns the date of a second since 1970. */
    HttpDate of(long epochSeconds) {
        final int index = (int) (epochSeconds ^ (epochSeconds >>> 10)) & (ENTRIES - 1);
        HttpDate date = known[index];
        if (date == null || date.epochSeconds != epochSeconds) {
            date = new HttpDate(epochSeconds);
            known[index] = date;
        }
        return date;
    }

    /** One date: {@code Sun, 06 Nov 1994 08:49:37 GMT}. */
    static final class HttpDate {
        final long epochSeconds;
        final String text;
        final byte[] bytes;

        private HttpDate(long epochSeconds) {
            this.epochSeconds = epochSeconds;
            text = DateGenerator.formatDate(epochSeconds * 1000L);
            bytes = text.getBytes(StandardCharsets.US_ASCII);
        }
    }
}
