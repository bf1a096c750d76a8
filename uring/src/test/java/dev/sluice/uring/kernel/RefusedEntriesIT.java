// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.contract.RingTester;
import dev.sluice.uring.linux.Errno;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A kernel that takes no entry, being short of memory for requests. */
class RefusedEntriesIT {
    private static final long SECOND_NS = 1_000_000_000L;

    private static final class Refusing extends ForwardingBinding {
        boolean refuses;

        Refusing(RingBinding next) {
            super(next);
        }

        @Override
        public int enter(int toSubmit, int minComplete, int flags, long argument, long argumentSize) {
            return refuses && toSubmit > 0
                    ? -Errno.EAGAIN
                    : super.enter(toSubmit, minComplete, flags, argument, argumentSize);
        }
    }

    @ParameterizedTest
    @EnumSource(BindingKind.class)
    void shouldBeWaitedForAWhileAndNotAtFullSpeed(BindingKind kind) {
        final Refusing binding = new Refusing(kind.create());
        try (RingTester tester = BindingKind.open(binding)) {
            tester.ring.tryClaim().userData(7L).prepNop();
            binding.refuses = true;
            final long startNs = System.nanoTime();

            tester.ring.submitAndWait(1, -1L); // would be for ever

            assertThat(System.nanoTime() - startNs).isBetween(500_000L, 20L * SECOND_NS);
            assertThat(tester.ring.unsubmitted()).isEqualTo(1);
            binding.refuses = false;
            tester.ring.submitAndWait(1, SECOND_NS);
            assertThat(tester.ring.drainCompletions((userData, result, flags) -> {}, 1))
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(BindingKind.class)
    void shouldNotBeWaitedForWhenEnoughHasCompleted(BindingKind kind) {
        final Refusing binding = new Refusing(kind.create());
        try (RingTester tester = BindingKind.open(binding)) {
            tester.ring.tryClaim().prepNop();
            tester.ring.submitAndWait(1, SECOND_NS); // completed, and not drained
            tester.ring.tryClaim().prepNop();
            binding.refuses = true;

            tester.ring.submitAndWait(1, -1L);

            assertThat(tester.ring.drainCompletions((userData, result, flags) -> {}, 2))
                    .isEqualTo(1);
        }
    }
}
