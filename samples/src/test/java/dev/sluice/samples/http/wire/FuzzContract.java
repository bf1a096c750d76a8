// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Goal: whatever comes, nothing is thrown, and the verdict does not depend on how it comes. Method: the inputs that a coverage-guided
 * fuzzer found, as they are and mangled; {@link FuzzerIT} looks for others. Replay: {@code -Dseed=N}.
 */
public abstract class FuzzContract {
    private static final int MANGLED = 3000;

    private final List<byte[]> corpus;

    /** Takes the name of the corpus. */
    protected FuzzContract(String target) {
        corpus = FuzzCorpus.of(target);
    }

    /** Throws if something is wrong. */
    protected abstract void check(byte[] data);

    @Test
    void shouldSayTheSameHoweverItComes() {
        corpus.forEach(input -> check(input, "of the corpus"));
    }

    @Test
    void shouldSayTheSameOfMangledInputs() {
        final long seed = Long.getLong("seed", System.nanoTime());
        final Random random = new Random(seed);
        for (int i = 0; i < MANGLED; i++) {
            byte[] data = one(random);
            for (int n = 1 + random.nextInt(3); n > 0; n--) {
                data = mangled(data, one(random), random);
            }
            check(data, "of seed " + seed + ", round " + i);
        }
    }

    private void check(byte[] data, String of) {
        try {
            check(data);
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("input " + Base64.getEncoder().encodeToString(data) + " " + of, e);
        }
    }

    private byte[] one(Random random) {
        return corpus.get(random.nextInt(corpus.size()));
    }

    /** Changed a little, joined, or cut off. */
    private static byte[] mangled(byte[] data, byte[] other, Random random) {
        final int at = random.nextInt(data.length + 1);
        switch (random.nextInt(4)) {
            case 0 -> {
                return Arrays.copyOf(data, at);
            }
            case 1 -> {
                final int from = random.nextInt(other.length + 1);
                final byte[] joined = Arrays.copyOf(data, at + other.length - from);
                System.arraycopy(other, from, joined, at, other.length - from);
                return joined;
            }
            default -> {
                final byte[] changed = data.clone();
                if (at < changed.length) {
                    changed[at] = random.nextBoolean() ? (byte) random.nextInt(256) : (byte) (changed[at] ^ 0x20);
                }
                return changed;
            }
        }
    }
}
