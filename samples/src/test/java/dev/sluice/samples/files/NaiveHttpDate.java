// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.TextStyle;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads dates by the grammar of RFC 9110, 5.6.7, written down as three patterns. */
final class NaiveHttpDate {
    private static final List<String> MONTHS =
            List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");
    private static final String MONTH = "(?<month>" + String.join("|", MONTHS) + ")";
    private static final String TIME = "(?<hour>[01][0-9]|2[0-3]):(?<minute>[0-5][0-9]):(?<second>[0-5][0-9]|60)";

    private static final Pattern IMF =
            Pattern.compile("(?<name>[A-Za-z]{3}), (?<day>[0-9]{2}) " + MONTH + " (?<year>[0-9]{4}) " + TIME + " GMT");
    private static final Pattern RFC_850 = Pattern.compile(
            "(?<name>[A-Za-z]{6,9}), (?<day>[0-9]{2})-" + MONTH + "-(?<year>[0-9]{2}) " + TIME + " GMT");
    private static final Pattern ASCTIME = Pattern.compile(
            "(?<name>[A-Za-z]{3}) " + MONTH + " (?<day>[0-9]{2}| [0-9]) " + TIME + " (?<year>[0-9]{4})");

    private NaiveHttpDate() {}

    /** As {@link HttpDate#parse} does, in a year in which a year of two digits is none after {@code lastYear}. */
    static long parse(String text, int lastYear) {
        for (final Pattern form : List.of(IMF, RFC_850, ASCTIME)) {
            final Matcher date = form.matcher(text);
            if (date.matches()) {
                return seconds(date, form == RFC_850, lastYear);
            }
        }
        return HttpDate.NONE;
    }

    private static long seconds(Matcher date, boolean old, int lastYear) {
        int year = Integer.parseInt(date.group("year"));
        while (old && year + 100 <= lastYear) {
            year += 100;
        }
        final LocalDateTime minute;
        try {
            minute = LocalDateTime.of(
                    year,
                    MONTHS.indexOf(date.group("month")) + 1,
                    Integer.parseInt(date.group("day").strip()),
                    Integer.parseInt(date.group("hour")),
                    Integer.parseInt(date.group("minute")));
        } catch (DateTimeException e) {
            return HttpDate.NONE; // a day that the month has not
        }
        final String name = minute.getDayOfWeek().getDisplayName(old ? TextStyle.FULL : TextStyle.SHORT, Locale.US);
        return name.equals(date.group("name"))
                ? minute.toEpochSecond(ZoneOffset.UTC) + Integer.parseInt(date.group("second"))
                : HttpDate.NONE;
    }
}
