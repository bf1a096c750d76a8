// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import java.lang.ref.WeakReference;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is kept on principals, and on the queues that containers are served by one after the other. */
class PrincipalsTest {
    private final ResourceContainer root = ResourceContainer.root("root");
    private final SignalledEvents events = new SignalledEvents(0L, 0L);

    @ParameterizedTest
    @CsvSource({"524288, 1048576, 500000", "1, 1048576, 1000000", "3, 7, 1", "1048576, 1, 1000000000"})
    void shouldCountWhatWasUsedAtTheOldShareByTheNewOne(int share, int newShare, long usedNs) {
        final Principals principals = new Principals();
        final Principal principal = new Principal(events, share, 0L);
        principals.charge(principal, usedNs);
        final long lead = principal.virtualTime;

        principals.changeShare(principal, newShare);

        assertThat(principal.share).isEqualTo(newShare);
        assertThat(BigInteger.valueOf(principal.virtualTime))
                .isEqualTo(BigInteger.valueOf(lead)
                        .multiply(BigInteger.valueOf(share))
                        .divide(BigInteger.valueOf(newShare)));
    }

    @Test
    void shouldSeeThatSomethingOfAPrincipalThatHasNothingPendingIsUnderWay() {
        final ResourceContainer guest = root.child("guest");
        guest.setFixedShare(10);
        final ContainerQueue work = events.placeOf(guest.child("work", Priority.HIGH));
        final ContainerQueue ours = events.placeOf(root.child("ours", Priority.LOW));
        final Signal pending = new TestSignal();
        pending.place = ours;
        events.add(pending);
        assertThat(events.moreUrgentMayArrive()).isFalse();

        events.expectFrom(new TestSignal(work));

        assertThat(events.moreUrgentMayArrive()).isTrue();
        events.expectFrom(new TestSignal(work));
        events.expectNoMoreFrom(new TestSignal(work));
        assertThat(events.moreUrgentMayArrive()).as("one of two").isTrue();
        events.expectNoMoreFrom(new TestSignal(work));
        assertThat(events.moreUrgentMayArrive()).isFalse();
    }

    @Test
    void shouldLetGoOfAPrincipalThatHasNothingAnyMore() {
        events.expectFrom(new TestSignal(events.placeOf(root))); // what is under no principal comes first, and stays
        final WeakReference<Object> guest = new WeakReference<>(serveAGuestThatGoes());
        final Signal ours = new TestSignal();
        ours.place = events.placeOf(root);
        events.add(ours);
        assertThat(events.take(Priority.IDLE)).isSameAs(ours);

        await().until(() -> {
            System.gc();
            return guest.get() == null;
        });
    }

    private Object serveAGuestThatGoes() {
        final ResourceContainer guest = root.child("guest");
        guest.setFixedShare(10);
        final Signal signal = new TestSignal();
        signal.place = events.placeOf(guest);
        events.add(signal);
        assertThat(events.take(Priority.IDLE)).isSameAs(signal);
        events.endService(1L, 1L);
        guest.close();
        return signal.place.ownBands;
    }

    @Test
    void shouldServeContainersOfAClosedQueueAndNotThoseOfAnOpenOne() {
        final SignalledEvents next = new SignalledEvents(0L, 0L);
        final ContainerQueue place = events.placeOf(root);
        assertThat(events.placeOf(root)).isSameAs(place);
        assertThatIllegalStateException()
                .isThrownBy(() -> next.placeOf(root))
                .withMessageContaining("another event queue");

        events.close();

        assertThat(next.placeOf(root)).isNotSameAs(place);
    }
}
