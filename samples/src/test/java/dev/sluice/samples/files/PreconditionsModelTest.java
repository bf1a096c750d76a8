// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.samples.files.PreconditionsModel.Request;
import dev.sluice.samples.files.PreconditionsModel.Tag;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: conditions are evaluated as RFC 9110, 13.2.2, has it. Method: {@link PreconditionsModel} against the fields that say the same. Replay: -Dseed=N.
 */
class PreconditionsModelTest {
    private static final int REQUESTS = 50_000;
    private static final long NOW = 1_800_000_000L;
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    static LongStream seeds() {
        return Seeds.of();
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void shouldFollowTheSteps(long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final Preconditions conditions = new Preconditions();
        final int[] answers = new int[600];
        for (int i = 0; i < REQUESTS; i++) {
            final Validators file = file(random);
            final Request request = new Request(
                    random.nextInt(3) == 0 ? tags(file, random) : null,
                    random.nextInt(3) == 0 ? date(file, random) : null,
                    random.nextInt(3) == 0 ? tags(file, random) : null,
                    random.nextInt(3) == 0 ? date(file, random) : null,
                    random.nextBoolean() ? null : random.nextBoolean() ? tag(file, random) : date(file, random));

            conditions.set(fields(request, random));
            final int status = conditions.evaluate(file, NOW);
            final int expected = PreconditionsModel.answer(request, file);
            answers[expected]++;
            assertThat(status).as("%s of %s", request, file.tag()).isEqualTo(expected == 206 ? 200 : expected);
            if (status == 200) {
                assertThat(conditions.range(file, NOW))
                        .as("%s of %s", request, file.tag())
                        .isEqualTo(expected == 206 ? "bytes=0-" : null);
            }
        }
        assertThat(Arrays.stream(answers).filter(count -> count > REQUESTS / 100))
                .as("kinds of answers")
                .hasSize(4);
    }

    /** Written long ago or just now, left alone or not. */
    private static Validators file(SplittableRandom random) {
        final long modified = NOW - random.nextInt(3);
        final long changed = modified + random.nextInt(-1, 2);
        return Validators.of(
                new FileVersion(random.nextInt(2), modified, 1, changed, 1, 1L),
                random.nextInt(5) == 0 ? Identity.SIZE_AND_MODIFICATION : Identity.CHANGE_TIME,
                ContentCoding.IDENTITY,
                NOW * 1_000_000_000L + random.nextLong(1_100_000_000L));
    }

    private static Tag tag(Validators file, SplittableRandom random) {
        final String opaque = random.nextBoolean() ? file.tag().opaque() : "\"" + random.nextInt(3) + ",\"";
        return new Tag(opaque, random.nextInt(3) == 0);
    }

    private static List<Tag> tags(Validators file, SplittableRandom random) {
        if (random.nextInt(8) == 0) {
            return List.of(PreconditionsModel.ANY);
        }
        final List<Tag> tags = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            tags.add(tag(file, random));
        }
        return tags;
    }

    private static long date(Validators file, SplittableRandom random) {
        return file.modifiedSeconds() + random.nextInt(-1, 2);
    }

    private static HttpFields fields(Request request, SplittableRandom random) {
        final HttpFields.Mutable fields = HttpFields.build();
        fields.add("Range", "bytes=0-");
        addList(fields, "If-Match", request.ifMatch(), random);
        addList(fields, "If-None-Match", request.ifNoneMatch(), random);
        addDate(fields, "If-Modified-Since", request.ifModifiedSince());
        addDate(fields, "If-Unmodified-Since", request.ifUnmodifiedSince());
        if (request.ifRange() instanceof Tag tag) {
            fields.add("If-Range", tag.text());
        } else {
            addDate(fields, "If-Range", (Long) request.ifRange());
        }
        return fields;
    }

    private static void addDate(HttpFields.Mutable fields, String name, Long seconds) {
        if (seconds != null) {
            fields.add(name, DATE.format(Instant.ofEpochSecond(seconds)));
        }
    }

    /** In one line or in several, with empty members. */
    private static void addList(HttpFields.Mutable fields, String name, List<Tag> tags, SplittableRandom random) {
        if (tags == null) {
            return;
        }
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < tags.size(); i++) {
            line.append(i == 0 || line.isEmpty() ? "" : random.nextBoolean() ? "," : " ,\t, ")
                    .append(tags.get(i).text());
            if (random.nextInt(3) == 0 && i + 1 < tags.size()) {
                fields.add(name, line.toString());
                line = new StringBuilder();
            }
        }
        fields.add(name, line.toString());
    }
}
