// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.events.order.TestSignal;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OperationTableTest {
    @Test
    void shouldNotFindAnEntryByTheUserDataOfTheSlotsLastOwner() {
        final OperationTable table = new OperationTable(1);
        final TestSignal first = new TestSignal();
        table.take(first, UserData.KIND_OPERATION);
        final long stale = OperationTable.userDataOf(first);
        table.free(first);
        final TestSignal second = new TestSignal();
        table.take(second, UserData.KIND_OPERATION);

        assertThat(UserData.slot(OperationTable.userDataOf(second))).isEqualTo(UserData.slot(stale));
        assertThat(table.find(stale)).isNull();
        assertThat(table.find(OperationTable.userDataOf(second))).isSameAs(second);
    }

    /** An id that an application keeps must not come to mean another operation within seconds: of a hot slot 2^24 uses are that. */
    @Test
    void shouldNotFindAnotherEntryByAnIdThatWasKeptForTheUsesOfSomeSeconds() {
        final OperationTable table = new OperationTable(1);
        final TestSignal entry = new TestSignal();
        table.take(entry, UserData.KIND_OPERATION);
        final long kept = OperationTable.userDataOf(entry);
        table.free(entry);
        for (int i = 1; i < 1 << 24; i++) {
            table.take(entry, UserData.KIND_OPERATION);
            table.free(entry);
        }
        table.take(entry, UserData.KIND_OPERATION);

        assertThat(table.find(kept)).isNull();
        assertThat(UserData.generation(OperationTable.userDataOf(entry))).isEqualTo(1L << 24);
        assertThat(table.find(OperationTable.userDataOf(entry))).isSameAs(entry);
    }

    @Test
    void shouldRefuseTheEntryPastItsBoundAndTakeItWhenOneIsFreed() {
        final OperationTable table = new OperationTable(2_000);
        final TestSignal[] entries = new TestSignal[2_000];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = new TestSignal();
            assertThat(table.take(entries[i], UserData.KIND_OPERATION)).isTrue();
        }
        final TestSignal late = new TestSignal();

        assertThat(table.take(late, UserData.KIND_OPERATION)).isFalse();
        table.free(entries[777]);
        assertThat(table.take(late, UserData.KIND_OPERATION)).isTrue();
        assertThat(table.live()).isEqualTo(2_000);
    }

    @Test
    void shouldFindNothingByUserDataThatNamesNoSlot() {
        final OperationTable table = new OperationTable(4);
        final TestSignal entry = new TestSignal();
        for (int slot = 0; slot < 4; slot++) {
            table.take(new TestSignal(), UserData.KIND_OPERATION);
        }

        assertThat(table.capacity()).isEqualTo(4);
        for (final int slot : new int[] {4, 1 << 20, UserData.MOST_SLOTS - 1}) {
            assertThat(table.find(UserData.encode(0, UserData.KIND_OPERATION, slot)))
                    .as("slot %d", slot)
                    .isNull();
        }
        assertThat(table.take(entry, UserData.KIND_OPERATION)).isFalse();
        assertThat(OperationTable.slotOf(entry)).isEqualTo(TableEntry.NO_SLOT);
    }

    @Test
    void shouldRefuseToFreeASlotTwice() {
        final OperationTable table = new OperationTable(4);
        final TestSignal entry = new TestSignal();
        table.take(entry, UserData.KIND_OPERATION);
        table.free(entry);

        assertThatIllegalStateException().isThrownBy(() -> table.free(entry)).withMessageContaining("twice");
    }

    @Test
    void shouldFindExactlyWhatIsLiveUnderRandomUse() {
        final long seed = Long.getLong("seed", 42L);
        final SplittableRandom random = new SplittableRandom(seed);
        final OperationTable table = new OperationTable(5_000);
        final Map<Long, TestSignal> live = new HashMap<>();
        final Map<Long, Boolean> past = new HashMap<>();
        for (int step = 0; step < 100_000; step++) {
            if (random.nextInt(5) < 3 && live.size() < 5_000) {
                final TestSignal entry = new TestSignal();
                assertThat(table.take(entry, UserData.KIND_POLL))
                        .as("seed=%d", seed)
                        .isTrue();
                assertThat(past)
                        .as("user_data in use again, seed=%d", seed)
                        .doesNotContainKey(OperationTable.userDataOf(entry));
                live.put(OperationTable.userDataOf(entry), entry);
            } else if (!live.isEmpty()) {
                final long userData = live.keySet().iterator().next();
                table.free(live.remove(userData));
                past.put(userData, true);
            }
        }
        live.forEach((userData, entry) -> assertThat(table.find(userData)).isSameAs(entry));
        past.keySet().forEach(userData -> assertThat(table.find(userData)).isNull());
    }
}
