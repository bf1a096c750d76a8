package dev.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class UserDataTest {
    @Test
    void shouldGiveBackWhatWasEncodedAtTheLimitsOfEachField() {
        for (final int generation : new int[] {0, 1, 0x7F_FFFF, 0x80_0000, UserData.GENERATION_MASK}) {
            for (final int kind : new int[] {0, 1, 127, 128, 255}) {
                for (final int slot : new int[] {0, 1, Integer.MAX_VALUE}) {
                    assertRoundTrip(generation, kind, slot);
                }
            }
        }
    }

    @Test
    void shouldGiveBackWhatWasEncodedAnywhere() {
        final SplittableRandom random = new SplittableRandom(1L);
        for (int i = 0; i < 1_000_000; i++) {
            assertRoundTrip(
                    random.nextInt(UserData.GENERATION_MASK + 1),
                    random.nextInt(256),
                    random.nextInt(Integer.MAX_VALUE));
        }
    }

    private static void assertRoundTrip(int generation, int kind, int slot) {
        final long userData = UserData.encode(generation, kind, slot);
        if (UserData.generation(userData) != generation
                || UserData.kind(userData) != kind
                || UserData.slot(userData) != slot) {
            assertThat(userData)
                    .as("generation=%d kind=%d slot=%d", generation, kind, slot)
                    .isNull();
        }
    }
}
