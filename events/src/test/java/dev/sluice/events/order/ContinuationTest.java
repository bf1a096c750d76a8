// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What goes on comes before what begins, among those who have used as much: nobody has more of the thread by that, and nobody waits for long. */
class ContinuationTest extends ServiceTests {
    private static final long BUCKET_NS = 16_384L;

    private ResourceContainer client(String name) {
        final ResourceContainer client = root.child(name, Priority.NORMAL);
        costNs.put(client, 3L * MICROSECOND_NS);
        return client;
    }

    @Test
    void shouldGoOnWithRequestsInTheirOrderBeforeOthersBegin() {
        final List<ResourceContainer> clients = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            clients.add(client("client" + i));
        }
        clients.forEach(this::signal);
        final List<ResourceContainer> served = new ArrayList<>();

        for (int i = 0; i < 3; i++) {
            served.add(serveOne(Priority.IDLE));
        }
        for (int i = 0; i < 3; i++) {
            signal(clients.get(i), true); // their files were opened
        }
        for (int i = 0; i < 6; i++) {
            served.add(serveOne(Priority.IDLE));
        }

        assertThat(served)
                .containsExactly(
                        clients.get(0),
                        clients.get(1),
                        clients.get(2), // begin
                        clients.get(0),
                        clients.get(1),
                        clients.get(2), // go on
                        clients.get(3),
                        clients.get(4),
                        clients.get(5));
    }

    @Test
    void shouldNotGoOnBeforeAHigherBand() {
        final ResourceContainer urgent = root.child("urgent", Priority.HIGH);
        costNs.put(urgent, MICROSECOND_NS);
        signal(client("client"), true);
        signal(urgent);

        assertThat(serveOne(Priority.IDLE)).isSameAs(urgent);
    }

    @Test
    void shouldWithdrawOneThatGoesOn() {
        final ResourceContainer gone = client("gone");
        final Signal signal = new TestSignal(true);
        signal.place = events.placeOf(gone);
        events.add(signal);
        final ResourceContainer next = client("next");
        signal(next);

        events.remove(signal);

        assertThat(serveOne(Priority.IDLE)).isSameAs(next);
        assertThat(events.hasAtLeast(Priority.IDLE)).isFalse();
    }

    @Test
    void shouldGiveNobodyMoreThanHisShare() {
        final ResourceContainer begins = busy(root.child("begins", Priority.NORMAL), 5L * MICROSECOND_NS);
        final ResourceContainer goesOn = goingOn(root.child("goes on", Priority.NORMAL), 5L * MICROSECOND_NS);
        final ResourceContainer half = goingOn(root.child("half", Priority.NORMAL), 5L * MICROSECOND_NS);
        half.setShare(ResourceContainer.DEFAULT_SHARE / 2);

        serveUntil(1_000L * MILLISECOND_NS);

        assertThat(fractionOf(begins)).isCloseTo(0.4, within(0.01));
        assertThat(fractionOf(goesOn)).isCloseTo(0.4, within(0.01));
        assertThat(fractionOf(half)).isCloseTo(0.2, within(0.01));
    }

    @Test
    void shouldNotLetAThousandDownloadsStarveANewcomer() {
        final int downloads = 1000;
        for (int i = 0; i < downloads; i++) {
            goingOn(root.child("download" + i, Priority.NORMAL), 5L * MICROSECOND_NS);
        }
        serveFor(100L * MILLISECOND_NS);
        final ResourceContainer newcomer = client("newcomer");
        final long cameNs = nowNs;
        signal(newcomer);

        serveUntilServed(newcomer);

        // Each of them has at most what it takes to be a bucket ahead, and the event that takes it there.
        assertThat(nowNs - cameNs).isLessThan(downloads * (BUCKET_NS + 5L * MICROSECOND_NS));
    }
}
