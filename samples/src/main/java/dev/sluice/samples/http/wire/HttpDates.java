// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.DateGenerator;
import org.eclipse.jetty.http.HttpDateTime;

/** Dates as HTTP writes them, remembered: the same few files are asked for again and again. */
final class HttpDates {
    private static final int ENTRIES = 1 << 10;

    /** What {@link #parse} answers to what is no date: before any file was changed. */
    static final long NO_DATE = Long.MIN_VALUE;

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

    /** Returns the seconds since 1970 of a date in any of the three forms of HTTP. */
    static long parse(String date) {
        if (date.indexOf(',') != date.lastIndexOf(',')) {
            return NO_DATE; // a list of dates, of which the parser would take one
        }
        final long epochMillis = HttpDateTime.parseToEpoch(date);
        return epochMillis < 0L ? NO_DATE : epochMillis / 1000L;
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
