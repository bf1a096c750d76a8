// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: RFC 9110, 14.1.2: the bytes that were asked for, each once. Method: fields by chance against a model that marks bytes in a small
 * array. Replay: -Dseed=N.
 */
class ByteRangesModelTest {
    private static final int FIELDS = 50_000;
    private static final int MOST_BYTES = 60;

    static LongStream seeds() {
        return Seeds.of();
    }

    /** Marks whom each byte was first asked by. */
    private static final class Model {
        private static final int NOBODY = Integer.MAX_VALUE;

        private final int[] askedBy;
        private int asks;
        private boolean tooMany;
        private boolean endOfNothing;

        Model(int sizeBytes) {
            askedBy = new int[sizeBytes];
            Arrays.fill(askedBy, NOBODY);
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
        List<String> parts() {
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

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void shouldAgreeWithTheModel(long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final ByteRanges ranges = new ByteRanges();
        for (int i = 0; i < FIELDS; i++) {
            final int sizeBytes = random.nextInt(MOST_BYTES);
            final Model model = new Model(sizeBytes);
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
    private static boolean ask(Model model, StringBuilder field, int sizeBytes, SplittableRandom random) {
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
