// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import java.time.LocalDate;
import java.time.Month;
import java.time.Year;

/**
 * Reads dates in the three forms that HTTP has, and in no other: a day that the month has not, or that has another name, is no date.
 *
 * <pre>
 *   Sun, 06 Nov 1994 08:49:37 GMT      IMF-fixdate
 *   Sunday, 06-Nov-94 08:49:37 GMT     rfc850-date
 *   Sun Nov  6 08:49:37 1994           asctime-date
 * </pre>
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7">RFC 9110, 5.6.7: date/time formats</a>
 */
final class HttpDate {
    /** What {@link #parse} answers to what is no date. */
    static final long NONE = Long.MIN_VALUE;

    private static final String DAYS = "MonTueWedThuFriSatSun";
    private static final String[] LONG_DAYS = {
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"
    };
    private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
    private static final int SHORT = 3;

    private static final int IMF_LENGTH = 29;
    private static final int ASCTIME_LENGTH = 24;
    private static final int LENGTH_BEHIND_LONG_DAY = 24;

    private static final int CENTURY = 100;
    private static final int MOST_YEARS_AHEAD = 50;
    private static final int SECONDS_OF_DAY = 86_400;

    private HttpDate() {}

    /**
     * Reads a date.
     *
     * @param text as it came
     * @param nowSeconds since 1970: a year of two digits is none that lies more than 50 years ahead
     * @return seconds since 1970, or {@link #NONE}
     */
    static long parse(String text, long nowSeconds) {
        final int comma = text.indexOf(',');
        if (comma < 0) {
            return parseAsctime(text);
        }
        return comma == SHORT ? parseImf(text) : parseRfc850(text, comma, nowSeconds);
    }

    private static long parseImf(String text) {
        if (text.length() != IMF_LENGTH
                || !text.startsWith(", ", 3)
                || text.charAt(7) != ' '
                || text.charAt(11) != ' '
                || text.charAt(16) != ' '
                || !text.startsWith(" GMT", 25)) {
            return NONE;
        }
        return seconds(
                name(DAYS, text, 0),
                number(text, 12, 4),
                name(MONTHS, text, 8),
                number(text, 5, 2),
                timeOfDay(text, 17));
    }

    private static long parseRfc850(String text, int comma, long nowSeconds) {
        if (text.length() != comma + LENGTH_BEHIND_LONG_DAY
                || text.charAt(comma + 1) != ' '
                || text.charAt(comma + 4) != '-'
                || text.charAt(comma + 8) != '-'
                || text.charAt(comma + 11) != ' '
                || !text.startsWith(" GMT", comma + 20)) {
            return NONE;
        }
        return seconds(
                longDay(text, comma),
                inFullDigits(number(text, comma + 9, 2), nowSeconds),
                name(MONTHS, text, comma + 5),
                number(text, comma + 2, 2),
                timeOfDay(text, comma + 12));
    }

    private static long parseAsctime(String text) {
        if (text.length() != ASCTIME_LENGTH
                || text.charAt(3) != ' '
                || text.charAt(7) != ' '
                || text.charAt(10) != ' '
                || text.charAt(19) != ' ') {
            return NONE;
        }
        return seconds(
                name(DAYS, text, 0),
                number(text, 20, 4),
                name(MONTHS, text, 4),
                text.charAt(8) == ' ' ? number(text, 9, 1) : number(text, 8, 2),
                timeOfDay(text, 11));
    }

    /** Each argument below 0 is what could not be read. Months and days of the week count from 0, Monday. */
    private static long seconds(int dayOfWeek, int year, int month, int day, int timeOfDay) {
        if ((dayOfWeek | year | month | timeOfDay) < 0 || day < 1) {
            return NONE;
        }
        if (day > Month.of(month + 1).length(Year.isLeap(year))) {
            return NONE;
        }
        final LocalDate date = LocalDate.of(year, month + 1, day);
        return date.getDayOfWeek().getValue() - 1 == dayOfWeek ? date.toEpochDay() * SECONDS_OF_DAY + timeOfDay : NONE;
    }

    /** A second inserted at the end of a minute is the one behind it. */
    private static int timeOfDay(String text, int at) {
        final int hour = number(text, at, 2);
        final int minute = number(text, at + 3, 2);
        final int second = number(text, at + 6, 2);
        final boolean separated = text.charAt(at + 2) == ':' && text.charAt(at + 5) == ':';
        if (!separated || (hour | minute | second) < 0 || hour > 23 || minute > 59 || second > 60) {
            return -1;
        }
        return (hour * 60 + minute) * 60 + second;
    }

    /** A year ahead of now by more than 50 years is the last past one that ends so. */
    private static int inFullDigits(int twoDigits, long nowSeconds) {
        if (twoDigits < 0) {
            return twoDigits;
        }
        final int now = LocalDate.ofEpochDay(nowSeconds / SECONDS_OF_DAY).getYear();
        final int year = now - now % CENTURY + twoDigits;
        return year > now + MOST_YEARS_AHEAD ? year - CENTURY : year;
    }

    /** Returns the index of the name of three letters that stands at {@code at}, or -1. */
    private static int name(String names, String text, int at) {
        for (int i = 0; i < names.length(); i += SHORT) {
            if (text.regionMatches(at, names, i, SHORT)) {
                return i / SHORT;
            }
        }
        return -1;
    }

    private static int longDay(String text, int length) {
        for (int i = 0; i < LONG_DAYS.length; i++) {
            if (LONG_DAYS[i].length() == length && text.startsWith(LONG_DAYS[i])) {
                return i;
            }
        }
        return -1;
    }

    private static int number(String text, int at, int digits) {
        int number = 0;
        for (int i = at; i < at + digits; i++) {
            final char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            number = number * 10 + c - '0';
        }
        return number;
    }
}
