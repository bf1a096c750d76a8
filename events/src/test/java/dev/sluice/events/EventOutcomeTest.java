// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.events.order.Signal;
import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import org.junit.jupiter.api.Test;

class EventOutcomeTest {
    private final Event event = new Event();

    @Test
    void shouldBeTheLastOfAnOperationUnlessTheKernelGoesOn() {
        show(EventKind.COMPLETION, 7, 0);
        assertThat(event.isLast()).isTrue();

        show(EventKind.COMPLETION, 7, CqeFlags.F_MORE);
        assertThat(event.isLast()).isFalse();

        show(EventKind.COMPLETION, -Errno.ECANCELED, 0);
        assertThat(event.isLast()).isTrue();
    }

    @Test
    void shouldBeTheLastOfADescriptorOnlyWhenItCanBePolledNoMore() {
        show(EventKind.READINESS, 0, 0);
        assertThat(event.isLast()).isFalse();

        show(EventKind.READINESS, -Errno.EBADF, 0);
        assertThat(event.isLast()).isTrue();
    }

    @Test
    void shouldBeTheLastOfATimerAndNeverOfAMailbox() {
        show(EventKind.TIMER, 0, 0);
        assertThat(event.isLast()).isTrue();

        show(EventKind.MESSAGE, 0, 0);
        assertThat(event.isLast()).isFalse();
    }

    @Test
    void shouldNameTheErrorOfWhatHasFailed() {
        show(EventKind.COMPLETION, -Errno.ENOENT, 0);

        assertThat(event.failed()).isTrue();
        assertThat(event.errno()).isEqualTo(Errno.ENOENT);
        assertThat(event.errnoName()).isEqualTo("ENOENT");
    }

    @Test
    void shouldHaveNoErrorOtherwise() {
        for (final int result : new int[] {0, 1, Integer.MAX_VALUE}) {
            show(EventKind.COMPLETION, result, 0);

            assertThat(event.failed()).isFalse();
            assertThat(event.errno()).isZero();
            assertThat(event.errnoName()).isEmpty();
        }
    }

    @Test
    void shouldSayNothingOnceTheNextOneWasAskedFor() {
        show(EventKind.COMPLETION, -Errno.ENOENT, 0);
        event.clear();

        assertThatIllegalStateException().isThrownBy(event::failed);
        assertThatIllegalStateException().isThrownBy(event::errno);
        assertThatIllegalStateException().isThrownBy(event::errnoName);
        assertThatIllegalStateException().isThrownBy(event::isLast);
    }

    private void show(EventKind kind, int result, int flags) {
        event.show(new Shown(kind, result, flags));
    }

    private static final class Shown extends Signal {
        private final EventKind kind;
        private final int result;
        private final int flags;

        private Shown(EventKind kind, int result, int flags) {
            this.kind = kind;
            this.result = result;
            this.flags = flags;
        }

        @Override
        protected Kind kind() {
            return Kind.valueOf(kind.name());
        }

        @Override
        protected int operation() {
            return Opcode.NOP;
        }

        @Override
        protected int result() {
            return result;
        }

        @Override
        protected int flags() {
            return flags;
        }

        @Override
        protected String describe() {
            return "test";
        }

        @Override
        protected void delivered() {}

        @Override
        protected void discarded() {}
    }
}
