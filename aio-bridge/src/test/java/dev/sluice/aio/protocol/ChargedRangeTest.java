// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import org.junit.jupiter.api.Test;

/** Whose the reads of a range are that is sent. */
class ChargedRangeTest extends FileToSend {

    private static final int FILE_BYTES = 300_000;

    private final ResourceContainer ofConnection = fixture.aio.normal;
    private final ResourceContainer exchange = fixture.aio.bulk.child("exchange");

    ChargedRangeTest() {
        super(FILE_BYTES);
    }

    private void send(ResourceContainer charged) {
        connection.out().send(file, 0L, FILE_BYTES, charged, () -> {});
    }

    @Test
    void shouldBeTheConnectionsUnlessSaid() {
        connection.out().send(file, 0L, FILE_BYTES, () -> {});
        fixture.runUntil(connection.out()::isEmpty);

        assertThat(ofConnection.usage().diskBytes()).isEqualTo(FILE_BYTES);
        assertThat(exchange.usage().diskBytes()).isZero();
    }

    @Test
    void shouldBeTheExchangesIfThatIsSaidRangeByRange() {
        send(exchange);
        connection.out().send(file, 0L, 1_000L, () -> {});
        send(exchange);
        fixture.runUntil(connection.out()::isEmpty);

        assertThat(peer.taken.size()).isEqualTo(2 * FILE_BYTES + 1_000);
        assertThat(exchange.usage().diskBytes()).isEqualTo(2L * FILE_BYTES);
        assertThat(ofConnection.usage().diskBytes()).isEqualTo(1_000L);
    }

    @Test
    void shouldHaveTheMemoryOfWhomTheyAre() {
        peer.standStill();
        send(exchange);
        fixture.runUntil(() -> exchange.inUse(Resource.BUFFER_BYTES) > 0L);
        assertThat(ofConnection.inUse(Resource.BUFFER_BYTES)).isZero();

        peer.takeOn();
        fixture.runUntil(connection.out()::isEmpty);
        assertThat(exchange.inUse(Resource.BUFFER_BYTES)).isZero();
    }

    @Test
    void shouldRefuseNobody() {
        assertThatNullPointerException()
                .isThrownBy(() -> connection.out().send(file, 0L, 1L, null, () -> {}))
                .withMessage("charged");
    }
}
