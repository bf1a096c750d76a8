// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: RFC 9110, 14.1.2: the bytes that were asked for, each once. Method: fields by chance against {@link RangeModel}. Replay: -Dseed=N.
 */
class ByteRangesModelTest {
    private static final int FIELDS = 50_000;
    private static final int MOST_BYTES = 60;

    static LongStream seeds() {
        return Seeds.of();
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void shouldAgreeWithTheModel(long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final ByteRanges ranges = new ByteRanges();
        for (int i = 0; i < FIELDS; i++) {
            final int sizeBytes = random.nextInt(MOST_BYTES);
            final RangeModel model = new RangeModel(sizeBytes);
            final StringBuilder field = new StringBuilder("bytes=");
            boolean malformed = false;
            final int asks = 1 + random.nextInt(random.nextInt(8) == 0 ? 40 : 5);
            for (int ask = 0; ask < asks; ask++) {
                field.append(ask == 0 ? "" : random.nextInt(6) == 0 ? " ,, " : ",");
                malformed |= ask(model, field, sizeBytes, random);
            }
            final String expected = malformed ? "200" : model.answer();
            assertThat(ByteRangesTest.resolved(ranges, field.toString(), sizeBytes))
                    .as("%s of %d", field, sizeBytes)
                    .isEqualTo(expected);
        }
    }

    /** Asks for something by chance; tells whether it was malformed. */
    private static boolean ask(RangeModel model, StringBuilder field, int sizeBytes, SplittableRandom random) {
        final int bound = sizeBytes + 5;
        final int first = random.nextInt(bound);
        switch (random.nextInt(4)) {
            case 0 -> {
                final int suffix = random.nextInt(bound);
                field.append('-').append(suffix);
                model.askForTheEnd(suffix);
            }
            case 1 -> {
                field.append(first).append('-');
                model.ask(first, Integer.MAX_VALUE);
            }
            default -> {
                final int last = Math.max(0, random.nextInt(200) == 0 ? first - 1 : first + random.nextInt(4));
                field.append(first).append('-').append(last);
                model.ask(first, last);
                return last < first;
            }
        }
        return false;
    }
}
