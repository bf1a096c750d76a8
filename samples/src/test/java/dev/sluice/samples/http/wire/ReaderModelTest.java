// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Goal: what is well-formed is read as a naive reader reads it. Method: random messages, cut at random places, into a sink that takes
 * what it likes. Replay: {@code -Dseed=N}.
 */
class ReaderModelTest {
    private static final int ROUNDS = 4000;

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final RandomMessages messages = new RandomMessages(random);

    @Test
    void shouldReadRequestsAsTheNaiveReaderDoes() {
        for (int i = 0; i < ROUNDS; i++) {
            final String text = messages.requests();
            final List<String> told =
                    RequestRun.of(Cuts.atRandom(text.getBytes(ISO_8859_1), random), new TestSink(random));
            assertThat(told).as("seed %d, round %d: %s", seed, i, text).isEqualTo(NaiveReader.requests(text));
        }
    }

    @Test
    void shouldReadResponsesAsTheNaiveReaderDoes() {
        for (int i = 0; i < ROUNDS; i++) {
            final String method = random.nextInt(4) == 0 ? "HEAD" : "GET";
            final String text = messages.responses(method.equals("HEAD"));
            final List<String> told =
                    ResponseRun.of(method, Cuts.atRandom(text.getBytes(ISO_8859_1), random), new TestSink(random));
            assertThat(told)
                    .as("seed %d, round %d, to %s: %s", seed, i, method, text)
                    .isEqualTo(NaiveReader.responses(method, text));
        }
    }
}
