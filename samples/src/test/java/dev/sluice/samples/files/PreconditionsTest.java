// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;

import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Conditional requests for a file of Sun, 06 Nov 1994 08:49:37 GMT. In the tests TAG stands for its tag. */
class PreconditionsTest {
    private static final long SECOND = 784_111_777L;
    private static final long NOW_SECONDS = 1_800_000_000L;
    private static final long NOW_NS = NOW_SECONDS * 1_000_000_000L;
    private static final String SAME = "Sun, 06 Nov 1994 08:49:37 GMT";
    private static final String BEFORE = "Sun, 06 Nov 1994 08:49:36 GMT";
    private static final String AFTER = "Sun, 06 Nov 1994 08:49:38 GMT";

    /** Written then, and left alone. */
    private static final Validators FILE = Validators.of(
            new FileVersion(1000L, SECOND, 5, SECOND, 5, 4711L), Identity.CHANGE_TIME, ContentCoding.IDENTITY, NOW_NS);

    /** Put in the place of another one yesterday, with its times. */
    private static final Validators COPY = Validators.of(
            new FileVersion(1000L, SECOND, 5, NOW_SECONDS - 86_400L, 5, 4712L),
            Identity.CHANGE_TIME,
            ContentCoding.IDENTITY,
            NOW_NS);

    /** Written a moment ago. */
    private static final Validators FRESH = Validators.of(
            new FileVersion(1000L, NOW_SECONDS - 1L, 999_999_000, NOW_SECONDS - 1L, 999_999_000, 4713L),
            Identity.CHANGE_TIME,
            ContentCoding.IDENTITY,
            NOW_NS);

    private final Preconditions conditions = new Preconditions();

    private Preconditions of(String fields) {
        final HttpFields.Mutable set = HttpFields.build();
        for (final String field : fields.split("; ", -1)) {
            if (!field.isEmpty()) {
                final String[] parts = field.split(": ?", 2);
                set.add(parts[0], parts[1].replace("TAG", FILE.tag().toString()));
            }
        }
        conditions.set(set);
        return conditions;
    }

    private int answer(String fields) {
        return of(fields).evaluate(FILE, NOW_SECONDS);
    }

    /** RFC 9110, 13.2.2: the order. */
    @Nested
    class Section13_2_2 {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "''                                                          | 200",
                    "If-Unmodified-Since: " + BEFORE + "                         | 412",
                    "If-Unmodified-Since: Sunday, 06-Nov-94 08:49:36 GMT         | 412",
                    "If-Unmodified-Since: " + SAME + "                           | 200",
                    "If-Unmodified-Since: " + AFTER + "                          | 200",
                    "If-Match: *; If-Unmodified-Since: " + BEFORE + "            | 200",
                    "If-Match: TAG; If-Unmodified-Since: " + BEFORE + "          | 200",
                    "If-Match: \"x\"; If-Unmodified-Since: " + SAME + "          | 412",
                    "If-Match: TAG; If-None-Match: TAG                           | 304",
                    "If-Match: \"x\"; If-None-Match: TAG                         | 412",
                    "If-None-Match: \"x\"; If-Modified-Since: " + SAME + "       | 200",
                    "If-None-Match: TAG; If-Modified-Since: " + BEFORE + "       | 304",
                    "If-Unmodified-Since: " + SAME + "; If-Modified-Since: " + SAME + "   | 304",
                    "If-Unmodified-Since: " + BEFORE + "; If-Modified-Since: " + SAME + " | 412",
                    "If-Unmodified-Since: " + BEFORE + "; If-None-Match: TAG     | 412"
                })
        void shouldEvaluateInOrder(String fields, int status) {
            assertThat(answer(fields)).isEqualTo(status);
        }

        @Test
        void shouldForgetTheRequestBefore() {
            assertThat(of("If-None-Match: TAG; Range: bytes=0-0; If-Range: TAG; If-Match: \"x\"")
                            .evaluate(FILE, NOW_SECONDS))
                    .isEqualTo(412);
            assertThat(answer("Accept: */*")).isEqualTo(200);
            assertThat(conditions.range(FILE, NOW_SECONDS)).isNull();
        }
    }

    /** RFC 9110, 13.1.1: If-Match. */
    @Nested
    class Section13_1_1 {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "If-Match: *                | 200",
                    "If-Match: TAG              | 200",
                    "If-Match: \"x\", TAG       | 200",
                    "If-Match: \"x\"; If-Match: TAG | 200",
                    "If-Match: \"x\"            | 412",
                    "If-Match: W/TAG            | 412",
                    "If-Match:                  | 412",
                    "If-Match: TAG, x           | 412",
                    "If-Match: *, TAG           | 412",
                    "If-Match: *; If-Match: TAG | 412"
                })
        void shouldCompareStrongly(String fields, int status) {
            assertThat(answer(fields)).isEqualTo(status);
        }

        @Test
        void shouldNotHoldForAFileWhoseTagIsWeakYet() {
            assertThat(of("If-Match: " + FRESH.tag()).evaluate(FRESH, NOW_SECONDS))
                    .isEqualTo(412);
            assertThat(of("If-Match: *").evaluate(FRESH, NOW_SECONDS)).isEqualTo(200);
        }
    }

    /** RFC 9110, 13.1.2: If-None-Match. */
    @Nested
    class Section13_1_2 {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "If-None-Match: *                     | 304",
                    "If-None-Match: TAG                   | 304",
                    "If-None-Match: W/TAG                 | 304",
                    "If-None-Match: \"x\", W/\"y\", TAG   | 304",
                    "If-None-Match: \"x\"; If-None-Match: TAG | 304",
                    "If-None-Match: \"x\"                 | 200",
                    "If-None-Match: w/TAG                 | 200",
                    "If-None-Match: TAG, x                | 200",
                    "If-None-Match:                       | 200"
                })
        void shouldCompareWeakly(String fields, int status) {
            assertThat(answer(fields)).isEqualTo(status);
        }

        /** Another content of the same tick may have had it. */
        @Test
        void shouldNotBelieveAWeakTagOfItsOwn() {
            assertThat(FRESH.tag().isWeak()).isTrue();
            assertThat(of("If-None-Match: " + FRESH.tag()).evaluate(FRESH, NOW_SECONDS))
                    .isEqualTo(200);
            assertThat(of("If-None-Match: *").evaluate(FRESH, NOW_SECONDS)).isEqualTo(304);
        }
    }

    /** RFC 9110, 13.1.3: If-Modified-Since. */
    @Nested
    class Section13_1_3 {
        @ParameterizedTest
        @ValueSource(strings = {SAME, "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"})
        void shouldBelieveTheDateOfTheFileInAllForms(String date) {
            assertThat(answer("If-Modified-Since: " + date)).isEqualTo(304);
        }

        /** What an older file has replaced has a date before the one that the client has. */
        @ParameterizedTest
        @ValueSource(
                strings = {
                    BEFORE,
                    AFTER,
                    "Mon, 07 Nov 1994 00:00:00 GMT",
                    "Mon, 06 Nov 1994 08:49:37 GMT",
                    "no date",
                    ""
                })
        void shouldSendTheFileForAnyOther(String date) {
            assertThat(answer("If-Modified-Since: " + date)).isEqualTo(200);
        }

        @Test
        void shouldNotBelieveTheDateOfAFileThatWasPutThereLater() {
            assertThat(of("If-Modified-Since: " + SAME).evaluate(COPY, NOW_SECONDS))
                    .isEqualTo(200);
            assertThat(of("If-None-Match: " + COPY.tag()).evaluate(COPY, NOW_SECONDS))
                    .isEqualTo(304);
        }

        @Test
        void shouldIgnoreADateThatIsGivenTwice() {
            assertThat(answer("If-Modified-Since: " + SAME + "; If-Modified-Since: " + SAME))
                    .isEqualTo(200);
            assertThat(answer("If-Modified-Since: " + SAME + ", " + SAME)).isEqualTo(200);
        }
    }

    /** RFC 9110, 13.1.4: If-Unmodified-Since. */
    @Nested
    class Section13_1_4 {
        @ParameterizedTest
        @ValueSource(strings = {"no date", "", "Mon, 06 Nov 1994 08:49:36 GMT", BEFORE + ", " + BEFORE})
        void shouldIgnoreWhatIsNoDate(String date) {
            assertThat(answer("If-Unmodified-Since: " + date)).isEqualTo(200);
        }

        @Test
        void shouldIgnoreADateThatIsGivenTwice() {
            assertThat(answer("If-Unmodified-Since: " + BEFORE + "; If-Unmodified-Since: " + BEFORE))
                    .isEqualTo(200);
        }
    }

    /** RFC 9110, 13.1.5: If-Range. */
    @Nested
    class Section13_1_5 {
        private static final String RANGE = "Range: bytes=0-9; ";

        private String range(String fields, Validators file) {
            return of(fields).range(file, NOW_SECONDS);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "If-Range: TAG", "If-Range: " + SAME, "If-Range: Sunday, 06-Nov-94 08:49:37 GMT"})
        void shouldSendTheRangeOfWhatTheClientHasAPartOf(String fields) {
            assertThat(range(RANGE + fields, FILE)).isEqualTo("bytes=0-9");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "If-Range: \"x\"",
                    "If-Range: W/TAG",
                    "If-Range: TAG, TAG",
                    "If-Range: *",
                    "If-Range:",
                    "If-Range: x",
                    "If-Range: TAG; If-Range: TAG",
                    "If-Range: " + BEFORE,
                    "If-Range: " + AFTER
                })
        void shouldSendAllOfAnythingElse(String fields) {
            assertThat(range(RANGE + fields, FILE)).isNull();
        }

        @Test
        void shouldNotMatchAWeakTagOrDate() {
            assertThat(range(RANGE + "If-Range: " + FRESH.tag(), FRESH)).isNull();
            assertThat(range(RANGE + "If-Range: " + FRESH.tag().opaque(), FRESH))
                    .isNull();
            assertThat(range(RANGE + "If-Range: " + SAME, COPY)).isNull();
            assertThat(range(RANGE + "If-Range: " + COPY.tag(), COPY)).isEqualTo("bytes=0-9");
        }

        @Test
        void shouldMeanNothingWithoutARange() {
            assertThat(range("If-Range: TAG", FILE)).isNull();
            assertThat(of("If-Range: \"x\"").evaluate(FILE, NOW_SECONDS)).isEqualTo(200);
        }

        /** Neither of the two, whatever they are: RFC 9110, 5.3. */
        @Test
        void shouldIgnoreARangeThatIsGivenTwice() {
            final String range = range(RANGE + RANGE, FILE);
            assertThat(new ByteRanges().resolve(range, 1000L)).isEqualTo(200);
        }
    }
}
