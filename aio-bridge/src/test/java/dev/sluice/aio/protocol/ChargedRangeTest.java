// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.sluice.aio.AioFixture;
import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.RootDirectory;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose the reads of a range are that is sent. */
class ChargedRangeTest {
    private static final int FILE_BYTES = 300_000;

    @TempDir
    Path directory;

    private final ProtocolFixture fixture = new ProtocolFixture();
    private final MemoryTransport peer = new MemoryTransport(fixture, MemoryTransport.NEVER);
    private final TestConnection connection = new TestConnection(fixture.link(peer), (c, line) -> {});
    private final ResourceContainer ofConnection = fixture.aio.normal;
    private final ResourceContainer exchange = fixture.aio.bulk.child("exchange");
    private RootDirectory root;
    private AsyncFile file;

    @BeforeEach
    void begin() throws IOException {
        AioFixture.writeFile(directory.resolve("file"), FILE_BYTES);
        root = RootDirectory.open(directory);
        connection.begin();
        file = fixture.open(root, "file");
    }

    @AfterEach
    void end() {
        connection.abort();
        fixture.runUntil(connection::hasEnded);
        file.discard();
        fixture.assertNothingLeft();
        root.close();
        fixture.close();
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
