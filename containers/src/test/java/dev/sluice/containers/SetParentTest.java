// SPDX-License-Identifier: Apache-2.0
package dev.sluice.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.containers.spi.Charging;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A container moves to another parent: banga99, section 4.6. */
class SetParentTest {
    private final ResourceContainer server = ResourceContainer.root("server");
    private final ResourceContainer guests = server.child("guests", Priority.LOW);
    private final ResourceContainer staff = server.child("staff", Priority.HIGH);
    private final ResourceContainer client = guests.child("client");
    private final ResourceContainer request = client.child("request", 40);

    @Test
    void shouldFollowThePriorityOfTheNewParentWithItsDescendants() {
        client.setParent(staff);

        assertThat(client.parent()).isSameAs(staff);
        assertThat(request.path()).isEqualTo("server/staff/client/request");
        assertThat(client.effectivePriority()).isEqualTo(Priority.HIGH);
        assertThat(request.effectivePriority()).isEqualTo(40);
        guests.setPriority(3);
        assertThat(client.effectivePriority()).isEqualTo(Priority.HIGH);
        staff.setPriority(5);
        assertThat(request.effectivePriority()).isEqualTo(5);
    }

    @Test
    void shouldLeaveWhatWasChargedWithTheOldParentAndChargeTheNewOneFromThenOn() {
        Charging.chargeSocket(request, 10L);
        client.setParent(staff);
        Charging.chargeSocket(request, 5L);

        assertThat(guests.usage().socketBytes()).isEqualTo(10L);
        assertThat(staff.usage().socketBytes()).isEqualTo(5L);
        assertThat(client.usage().socketBytes()).isEqualTo(15L);
        assertThat(server.usage().socketBytes()).isEqualTo(15L);
    }

    /** As where a container is made there. */
    @Test
    void shouldMoveBelowAContainerWhoseAncestorIsClosed() {
        final ResourceContainer team = staff.child("team");
        staff.close();
        client.setParent(team);
        final ResourceContainer made = team.child("made");

        assertThat(client.effectivePriority()).isEqualTo(Priority.HIGH).isEqualTo(made.effectivePriority());
        Charging.chargeSocket(request, 5L);
        assertThat(team.usage().socketBytes()).isEqualTo(5L);
        assertThat(server.usage().socketBytes()).isEqualTo(5L);
        server.setPriority(3);
        assertThat(client.effectivePriority())
                .as("what is changed above the closed one does not reach it")
                .isEqualTo(Priority.HIGH)
                .isEqualTo(made.effectivePriority());
        client.setParent(guests);
        assertThat(client.effectivePriority()).isEqualTo(3);
    }

    @Test
    void shouldBelongToThePrincipalThatItIsMovedTo() {
        staff.setFixedShare(100);
        assertThat(request.principal()).isNull();

        client.setParent(staff);
        assertThat(request.principal()).isSameAs(staff);
        assertThatIllegalStateException()
                .isThrownBy(() -> staff.setParent(guests))
                .withMessageContaining("server/staff is one, and cannot have the parent server/guests");
        client.setParent(guests);
        assertThat(request.principal()).isNull();
    }

    @Test
    void shouldRefuseAParentThatCannotBe() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> client.setParent(request))
                .withMessage(
                        "server/guests/client cannot have the parent server/guests/client/request, which is itself or"
                                + " one of its descendants");
        assertThatIllegalArgumentException().isThrownBy(() -> client.setParent(client));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> client.setParent(ResourceContainer.root("other")))
                .withMessageContaining("the parent other, which is of another tree");
        assertThatIllegalStateException()
                .isThrownBy(() -> server.setParent(ResourceContainer.root("other")))
                .withMessageContaining("server cannot have the parent other: it is a root");
        staff.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> client.setParent(staff))
                .withMessageContaining("server/staff is closed");
        client.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> client.setParent(server))
                .withMessageContaining("server/guests/client is closed");
        assertThat(client.parent()).isSameAs(guests);
    }

    /**
     * Goal: wherever containers are moved, priorities are the lowest along the path, each is charged with what was charged while it was above. Method: random changes against a map. Replay: -Dseed=N.
     */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("dev.sluice.containers.ResourceContainerTest#seeds")
    void shouldAgreeWithTheModelWhereverContainersAreMoved(long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final List<ResourceContainer> all = new ArrayList<>(List.of(ResourceContainer.root("root")));
        for (int i = 1; i < 60; i++) {
            all.add(all.get(random.nextInt(i)).child("c" + i, random.nextInt(Priority.BANDS)));
        }
        final Map<ResourceContainer, Long> charged = new HashMap<>();
        for (int step = 0; step < 5_000; step++) {
            final ResourceContainer any = all.get(random.nextInt(all.size()));
            final ResourceContainer other = all.get(random.nextInt(all.size()));
            switch (random.nextInt(3)) {
                case 0 -> any.setPriority(random.nextInt(Priority.BANDS));
                case 1 -> {
                    if (any.parent() != null && !pathOf(other).contains(any)) {
                        any.setParent(other);
                        assertThat(any.parent()).isSameAs(other);
                    }
                }
                default -> {
                    Charging.chargeSocket(any, 1L);
                    pathOf(any).forEach(c -> charged.merge(c, 1L, Long::sum));
                }
            }
            final ResourceContainer checked = all.get(random.nextInt(all.size()));
            assertThat(checked.effectivePriority())
                    .as("seed=%d step=%d %s", seed, step, checked)
                    .isEqualTo(pathOf(checked).stream()
                            .mapToInt(ResourceContainer::priority)
                            .min()
                            .orElseThrow());
            assertThat(checked.usage().socketBytes()).isEqualTo(charged.getOrDefault(checked, 0L));
        }
    }

    private static List<ResourceContainer> pathOf(ResourceContainer container) {
        final List<ResourceContainer> path = new ArrayList<>();
        for (ResourceContainer c = container; c != null; c = c.parent()) {
            path.add(c);
        }
        return path;
    }
}
