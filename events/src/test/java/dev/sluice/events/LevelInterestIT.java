// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static dev.sluice.events.InterestOps.HUNG_UP;
import static dev.sluice.events.InterestOps.LEVEL;
import static dev.sluice.events.InterestOps.READABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.containers.Priority;
import org.junit.jupiter.api.Test;

/** Edge and level interest, and changes between them: on the real kernel, with pipes as descriptors. */
class LevelInterestIT extends EventQueueFixture {
    private static final long SHORT_NS = 20_000_000L;

    @Test
    void shouldReportAnEdgeOnceHoweverLongItStaysUnread() {
        events.declareInterest(readablePipe().readEnd, READABLE, normal, "edge");

        assertNextIs("edge");
        assertSilent();
    }

    @Test
    void shouldReportALevelAgainAfterEachHandOutAsLongAsItHolds() {
        final TestPipe pipe = readablePipe();
        pipe.write();
        final InterestKey key = events.declareInterest(pipe.readEnd, READABLE | LEVEL, normal, "level");
        assertThat(key.interestOps()).isEqualTo(READABLE | LEVEL);

        for (int round = 0; round < 5; round++) {
            final Event event =
                    events.dequeueNextEvents(1, Priority.IDLE, SECOND_NS).next();
            assertThat(event.attachment()).isEqualTo("level");
            assertThat(event.readyMask()).isEqualTo(READABLE);
        }
        events.dequeueNextEvents(1, Priority.IDLE, SECOND_NS).next();
        pipe.read(); // one byte stays
        assertNextIs("level");
        events.dequeueNextEvents(1, Priority.IDLE, SECOND_NS).next();
        pipe.read();

        assertSilent();
        pipe.write();
        assertNextIs("level");
    }

    @Test
    void shouldReportALevelOnceInABatchBeforeItsEventIsHandled() {
        events.declareInterest(readablePipe().readEnd, READABLE | LEVEL, normal, "level");
        events.dequeueNextEvents(8, Priority.MAX, 0L); // pending, not handed out
        events.dequeueNextEvents(8, Priority.MAX, 0L);

        assertThat(events.counters().signalled()).isEqualTo(1);
    }

    @Test
    void shouldReportAHangUpAsALevelUntilItIsRevoked() {
        final TestPipe pipe = pipe();
        final InterestKey key = events.declareInterest(pipe.readEnd, READABLE | LEVEL, normal, "level");
        pipe.closeWriteEnd();

        for (int round = 0; round < 3; round++) {
            assertThat(events.dequeueNextEvents(1, Priority.IDLE, SECOND_NS)
                                    .next()
                                    .readyMask()
                            & HUNG_UP)
                    .isEqualTo(HUNG_UP);
        }
        events.revokeInterest(key);
        assertSilent();
    }

    @Test
    void shouldReportTheStateAndThenTheLevelWhenAnEdgeIsDeclaredAgainAsALevel() {
        final TestPipe pipe = readablePipe();
        events.declareInterest(pipe.readEnd, READABLE, normal, "edge");
        assertNextIs("edge");
        assertSilent();

        events.declareInterest(pipe.readEnd, READABLE | LEVEL, normal, "level");

        assertNextIs("level");
        assertNextIs("level");
    }

    @Test
    void shouldReportTheStateOnceWhenALevelIsDeclaredAgainAsAnEdge() {
        final TestPipe pipe = readablePipe();
        events.declareInterest(pipe.readEnd, READABLE | LEVEL, normal, "level");
        assertNextIs("level");
        assertNextIs("level");

        events.declareInterest(pipe.readEnd, READABLE, normal, "edge");

        assertNextIs("edge");
        assertSilent();
        pipe.write();
        assertNextIs("edge");
    }

    @Test
    void shouldRefuseALevelOfNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> events.declareInterest(pipe().readEnd, LEVEL, normal, null))
                .withMessageContaining("LEVEL");
    }

    private void assertNextIs(String attachment) {
        assertThat(attachmentsOf(events.dequeueNextEvents(1, Priority.IDLE, SECOND_NS)))
                .containsExactly(attachment);
    }

    private void assertSilent() {
        assertThat(attachmentsOf(events.dequeueNextEvents(1, Priority.IDLE, SHORT_NS)))
                .isEmpty();
    }
}
