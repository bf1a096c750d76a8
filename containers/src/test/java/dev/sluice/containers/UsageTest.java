// SPDX-License-Identifier: Apache-2.0
package dev.sluice.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.spi.Charging;
import org.junit.jupiter.api.Test;

/** What is spent on an activity is seen on its container and on everything that the container is a part of. */
class UsageTest {
    private final ResourceContainer root = ResourceContainer.root("server");
    private final ResourceContainer guests = root.child("guests", Priority.LOW);
    private final ResourceContainer connection = guests.child("connection");
    private final ResourceContainer other = root.child("other");

    @Test
    void shouldChargeEachKindOfUseToTheContainerAndItsAncestors() {
        Charging.chargeEvent(connection, 700L);
        Charging.chargeEvent(connection, 50L);
        Charging.chargeDisk(connection, 4096L, 9_000L);
        Charging.chargeDisk(connection, 100L, 1_000L);
        Charging.chargeSocket(connection, 1500L);
        Charging.chargeSocket(connection, 8L);

        final Usage expected = new Usage(2L, 750L, 2L, 4196L, 10_000L, 1508L, 0L);
        assertThat(connection.usage()).isEqualTo(expected);
        assertThat(guests.usage()).isEqualTo(expected);
        assertThat(root.usage()).isEqualTo(expected);
        assertThat(other.usage()).isEqualTo(new Usage(0L, 0L, 0L, 0L, 0L, 0L, 0L));
    }

    @Test
    void shouldKeepWithTheParentWhatAClosedContainerUsed() {
        Charging.chargeSocket(connection, 10L);
        connection.close();
        Charging.chargeSocket(connection, 5L);

        assertThat(connection.isClosed()).isTrue();
        assertThat(guests.usage().socketBytes()).isEqualTo(15L);
    }

    @Test
    void shouldSayWhereItIsAndWhatCounts() {
        assertThat(connection.name()).isEqualTo("connection");
        assertThat(connection.parent()).isSameAs(guests);
        assertThat(root.parent()).isNull();
        assertThat(connection).hasToString("server/guests/connection[priority=63, effective=16, share=1024]");
    }
}
