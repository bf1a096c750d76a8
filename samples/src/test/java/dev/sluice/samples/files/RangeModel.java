// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Marks in a small array by whom each byte was asked for first: RFC 9110, 14.1.2, without arithmetic. */
final class RangeModel {
    private static final int NOBODY = Integer.MAX_VALUE;
    private static final String UNIT = "bytes=";
    private static final Pattern SPACE_AROUND = Pattern.compile("^[ \\t]+|[ \\t]+$");
    private static final Pattern SPEC = Pattern.compile("([0-9]+)-([0-9]*)|-([0-9]+)");

    private final int[] askedBy;
    private int asks;
    private boolean tooMany;
    private boolean endOfNothing;

    RangeModel(int sizeBytes) {
        askedBy = new int[sizeBytes];
        Arrays.fill(askedBy, NOBODY);
    }

    /** Reads a field as the grammar has it, and says what {@link #answer} does. */
    static String answer(String field, int sizeBytes) {
        if (!field.toLowerCase(Locale.ROOT).startsWith(UNIT)) {
            return "200";
        }
        final RangeModel model = new RangeModel(sizeBytes);
        boolean any = false;
        for (final String member : field.substring(UNIT.length()).split(",", -1)) {
            final String spec = SPACE_AROUND.matcher(member).replaceAll("");
            if (spec.isEmpty()) {
                continue;
            }
            any = true;
            final Matcher matcher = SPEC.matcher(spec);
            if (!matcher.matches() || !model.ask(matcher)) {
                return "200";
            }
        }
        return any ? model.answer() : "200";
    }

    /** Asks for what was read; false if it ends before it begins. */
    private boolean ask(Matcher spec) {
        if (spec.group(3) != null) {
            askForTheEnd(bounded(spec.group(3)));
            return true;
        }
        final boolean open = spec.group(2).isEmpty();
        if (!open && new BigInteger(spec.group(2)).compareTo(new BigInteger(spec.group(1))) < 0) {
            return false;
        }
        ask(bounded(spec.group(1)), open ? NOBODY : bounded(spec.group(2)));
        return true;
    }

    /** More than there are bytes here is all the same. */
    private static int bounded(String digits) {
        return new BigInteger(digits).min(BigInteger.valueOf(NOBODY)).intValue();
    }

    void ask(long first, long last) {
        final int by = asks++;
        for (int at = 0; at < askedBy.length; at++) {
            if (at >= first && at <= last) {
                askedBy[at] = Math.min(askedBy[at], by);
            }
        }
        tooMany |= parts().size() > ByteRanges.MOST_PARTS;
    }

    void askForTheEnd(int suffix) {
        if (askedBy.length == 0 && suffix > 0) {
            endOfNothing = true;
        } else {
            ask(askedBy.length - suffix, suffix == 0 ? -1 : askedBy.length);
        }
    }

    /** Runs of bytes that were asked for, by who asked first for any of the run. */
    private List<String> parts() {
        final List<int[]> runs = new ArrayList<>();
        int at = 0;
        while (at < askedBy.length) {
            final int start = at;
            int first = NOBODY;
            while (at < askedBy.length && askedBy[at] != NOBODY) {
                first = Math.min(first, askedBy[at]);
                at++;
            }
            if (at > start) {
                runs.add(new int[] {first, start, at - 1});
            } else {
                at++;
            }
        }
        runs.sort((a, b) -> Integer.compare(a[0], b[0]));
        return runs.stream().map(run -> run[1] + "-" + run[2]).toList();
    }

    String answer() {
        if (tooMany) {
            return "200";
        }
        if (parts().isEmpty()) {
            return endOfNothing ? "200" : "416";
        }
        return "206 " + String.join(",", parts());
    }
}
