// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.samples.files.PreconditionsModel.Request;
import dev.sluice.samples.files.PreconditionsModel.Tag;
import dev.sluice.samples.http.wire.FuzzContract;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;

/** The first byte chooses a file; of each line behind it the first letter is the field, the rest its value, with @ for the file's tag. */
class PreconditionsFuzzTest extends FuzzContract {
    private static final long NOW = 1_800_000_000L;
    private static final long THEN = 784_111_777L; // Sun, 06 Nov 1994 08:49:37 GMT
    private static final int LAST_YEAR = 2077;

    private static final List<Validators> FILES = List.of(
            file(THEN, THEN), // settled, known by its date too
            file(THEN, NOW - 9L), // with a date that was set
            file(THEN, NOW), // changed just now: a weak tag
            file(NOW, NOW)); // no date yet

    private static final Map<Character, String> FIELDS = Map.of(
            'm', "If-Match",
            'n', "If-None-Match",
            's', "If-Modified-Since",
            'u', "If-Unmodified-Since",
            'i', "If-Range",
            'r', "Range");

    private static final String TAG = "(W/)?(\"[\\x21\\x23-\\x7E\\x80-\\xFF]*\")";
    private static final Pattern ONE_TAG = Pattern.compile(TAG);
    private static final Pattern TAGS = // RFC 9110, 5.6.1.2: empty members are ignored
            Pattern.compile("[ \\t,]*(?:" + TAG + "(?:[ \\t]*,[ \\t,]*" + TAG + ")*+[ \\t,]*)?");

    PreconditionsFuzzTest() {
        super("preconditions");
    }

    private static Validators file(long modifiedSeconds, long changedSeconds) {
        return Validators.of(
                new FileVersion(1L, modifiedSeconds, 1, changedSeconds, 1, 1L),
                Identity.CHANGE_TIME,
                ContentCoding.IDENTITY,
                NOW * 1_000_000_000L);
    }

    /** What the fuzzer calls. */
    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length == 0) {
            return;
        }
        final Validators file = FILES.get(data[0] & 3);
        final HttpFields.Mutable fields = HttpFields.build();
        final Map<String, List<String>> values = new HashMap<>();
        for (final String line : new String(data, 1, data.length - 1, ISO_8859_1).split("\n", -1)) {
            final String name = line.isEmpty() ? null : FIELDS.get(line.charAt(0));
            if (name != null) {
                final String value = line.substring(1).replace("@", file.tag().opaque());
                fields.add(name, value);
                values.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
            }
        }
        final Preconditions conditions = new Preconditions();
        conditions.set(fields);

        final int expected = PreconditionsModel.answer(request(values), file);
        assertThat(conditions.evaluate(file, NOW)).isEqualTo(expected == 206 ? 200 : expected);
        if (expected == 206 || expected == 200) {
            assertThat(conditions.range(file, NOW)).isEqualTo(expected == 206 ? single(values.get("Range")) : null);
        }
    }

    @Override
    protected void check(byte[] data) {
        fuzzerTestOneInput(data);
    }

    private static Request request(Map<String, List<String>> values) {
        return new Request(
                tags(values.get("If-Match")),
                date(single(values.get("If-Unmodified-Since"))),
                tags(values.get("If-None-Match")),
                date(single(values.get("If-Modified-Since"))),
                tagOrDate(single(values.get("If-Range"))));
    }

    /** What comes twice and may not is as if it were malformed. */
    private static String single(List<String> lines) {
        return lines == null ? null : lines.size() == 1 ? lines.get(0) : "";
    }

    private static Long date(String value) {
        final long seconds = value == null ? HttpDate.NONE : NaiveHttpDate.parse(value, LAST_YEAR);
        return seconds == HttpDate.NONE ? null : Long.valueOf(seconds);
    }

    private static Object tagOrDate(String value) {
        if (value == null) {
            return null;
        }
        final Long date = date(value);
        final Matcher tag = ONE_TAG.matcher(value);
        return date != null ? date : tag.matches() ? tag(tag) : new Tag("", true);
    }

    private static List<Tag> tags(List<String> lines) {
        if (lines == null) {
            return null;
        }
        final String value = String.join(", ", lines); // no tag begins in one line and ends in the next
        if (value.equals("*")) {
            return List.of(PreconditionsModel.ANY);
        }
        return TAGS.matcher(value).matches()
                ? ONE_TAG.matcher(value)
                        .results()
                        .map(PreconditionsFuzzTest::tag)
                        .toList()
                : List.of();
    }

    private static Tag tag(MatchResult tag) {
        return new Tag(tag.group(2), tag.group(1) != null);
    }
}
