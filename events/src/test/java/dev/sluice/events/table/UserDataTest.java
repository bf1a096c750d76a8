// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class UserDataTest {
    @Test
    void shouldGiveBackWhatWasEncodedAtTheLimitsOfEachField() {
        for (final long generation : new long[] {0, 1, 0xFF_FFFF, 0x7_FFFF_FFFFL, UserData.GENERATION_MASK}) {
            for (final int kind : new int[] {0, 1, 7, 8, 15}) {
                for (final int slot : new int[] {0, 1, UserData.MOST_SLOTS - 1}) {
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
                    random.nextLong(UserData.GENERATION_MASK + 1L),
                    random.nextInt(16),
                    random.nextInt(UserData.MOST_SLOTS));
        }
    }

    @Test
    void shouldCarryAnyDescriptorThatIsToBeClosed() {
        for (final int fd : new int[] {0, 1, UserData.MOST_SLOTS, Integer.MAX_VALUE}) {
            final long userData = UserData.encodeDiscard(fd);
            assertThat(UserData.descriptor(userData)).isEqualTo(fd);
            assertThat(UserData.kind(userData)).isEqualTo(UserData.KIND_DISCARD);
        }
    }

    @Test
    void shouldNotBeNegativeForWhatTheApplicationSees() {
        for (final int kind : new int[] {UserData.KIND_POLL, UserData.KIND_OPERATION, UserData.KIND_DESCRIPTOR}) {
            assertThat(UserData.encode(UserData.GENERATION_MASK, kind, UserData.MOST_SLOTS - 1))
                    .isPositive();
        }
    }

    private static void assertRoundTrip(long generation, int kind, int slot) {
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
