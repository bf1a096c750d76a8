// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimeoutListTest {
    private final List<String> timedOut = new ArrayList<>();
    private final TimeoutList list = new TimeoutList(100L);

    private final class Named extends TimeoutEntry {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        void timedOut() {
            timedOut.add(name);
        }
    }

    @Test
    void shouldEndEntriesAtTheirDeadlineInOrder() {
        list.start(new Named("a"), 0L);
        list.start(new Named("b"), 10L);

        list.sweep(99L);
        assertThat(timedOut).isEmpty();
        list.sweep(100L);
        assertThat(timedOut).containsExactly("a");
        list.sweep(1000L);
        assertThat(timedOut).containsExactly("a", "b");
    }

    @Test
    void shouldGiveTheFullTimeAgainWhenRestarted() {
        final Named a = new Named("a");
        list.start(a, 0L);
        list.start(new Named("b"), 10L);
        list.start(a, 50L);

        list.sweep(149L);
        assertThat(timedOut).containsExactly("b");
        list.sweep(150L);
        assertThat(timedOut).containsExactly("b", "a");
    }

    @Test
    void shouldLeaveOneListWhenStartedInAnother() {
        final TimeoutList other = new TimeoutList(500L);
        final Named a = new Named("a");
        list.start(a, 0L);
        other.start(a, 0L);

        list.sweep(400L);
        assertThat(timedOut).isEmpty();
        assertThat(list.remainingNs(0L)).isEqualTo(TimeoutList.NONE);
        other.sweep(500L);
        assertThat(timedOut).containsExactly("a");
    }

    @Test
    void shouldForgetWhatWasStoppedAnywhereInTheList() {
        final Named first = new Named("first");
        final Named middle = new Named("middle");
        final Named last = new Named("last");
        list.start(first, 0L);
        list.start(middle, 0L);
        list.start(last, 0L);

        middle.stopTimeout();
        middle.stopTimeout();
        first.stopTimeout();
        list.sweep(100L);
        assertThat(timedOut).containsExactly("last");
        assertThat(list.remainingNs(100L)).isEqualTo(TimeoutList.NONE);
    }

    @Test
    void shouldTellHowLongTheNextEntryHas() {
        assertThat(list.remainingNs(0L)).isEqualTo(TimeoutList.NONE);
        list.start(new Named("a"), 10L);
        assertThat(list.remainingNs(30L)).isEqualTo(80L);
        assertThat(list.remainingNs(500L)).isZero();
    }

    @Test
    void shouldWorkAcrossTheOverflowOfTheClock() {
        list.start(new Named("a"), Long.MAX_VALUE - 10L);

        list.sweep(Long.MAX_VALUE);
        assertThat(timedOut).isEmpty();
        assertThat(list.remainingNs(Long.MAX_VALUE)).isEqualTo(90L);
        list.sweep(Long.MIN_VALUE + 89L);
        assertThat(timedOut).containsExactly("a");
    }
}
