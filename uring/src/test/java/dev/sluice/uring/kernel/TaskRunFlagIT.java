// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.uring.SetupFlags;
import dev.sluice.uring.contract.RingTester;
import dev.sluice.uring.linux.PollMask;
import dev.sluice.uring.sys.IoUring;
import dev.sluice.uring.sys.NativeView;
import org.junit.jupiter.api.Test;

/** The kernel puts the flag up after the work is in its list: the owner may have run it in between. */
class TaskRunFlagIT {
    private final Remembering binding = new Remembering(BindingKind.SYSTEM_CALLS.create());

    private static final class Remembering extends ForwardingBinding {
        RingMapping mapping;

        Remembering(RingBinding next) {
            super(next);
        }

        @Override
        public RingMapping mapping() {
            mapping = super.mapping();
            return mapping;
        }
    }

    private void putUp() {
        NativeView.INT.getAndBitwiseOr(binding.mapping.sqRing, binding.mapping.sqFlagsOffset, IoUring.SQ_TASKRUN);
    }

    @Test
    void shouldLeadToOneEnterWhenThereIsNoWork() {
        try (RingTester tester = BindingKind.open(binding)) {
            putUp();
            assertThat(tester.ring.workPending()).isTrue();

            tester.ring.submit();

            assertThat(tester.ring.workPending()).isFalse();
        }
    }

    @Test
    void shouldTellOfWorkThatComesAfterItWasTakenDown() {
        try (RingTester tester = BindingKind.open(binding)) {
            assumeTrue(
                    (((KernelRing) tester.ring).setupFlags() & SetupFlags.TASKRUN_FLAG) != 0,
                    "this kernel has no such flag");
            putUp();
            tester.ring.submit();
            final int[] pipe = tester.world.pipe();
            tester.ring.tryClaim().userData(7L).prepPollAdd(pipe[0], PollMask.POLLIN);
            tester.ring.submit();
            assertThat(tester.ring.workPending()).isFalse();

            tester.world.write(pipe[1], new byte[1]);

            await().pollInSameThread().until(tester.ring::workPending);
            tester.ring.submit();
            assertThat(tester.ring.drainCompletions((userData, result, flags) -> {}, 1))
                    .isEqualTo(1);
            assertThat(tester.ring.workPending()).isFalse();
        }
    }
}
