// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.aio.ReceiveFixture.Connection;
import dev.sluice.aio.ReceiveFixture.Way;
import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.Opcode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** A stream that is received into blocks, from its first byte to its end, over TCP and over Unix sockets. */
@Tag("kernel-ring")
@ParameterizedClass
@CsvSource({
    "PICKED_BY_THE_KERNEL, false",
    "PICKED_BY_THE_KERNEL, true",
    "POLLED, false",
    "POLLED, true",
    "EMULATED, false",
    "EMULATED, true"
})
class ReceiveStreamIT {
    @Parameter(0)
    Way way;

    @Parameter(1)
    boolean unix;

    @TempDir
    Path directory;

    @AutoClose
    private ReceiveFixture fixture;

    private AioFixture aio;

    @BeforeEach
    void open() {
        fixture = new ReceiveFixture(way, unix ? directory : null);
        aio = fixture.aio;
    }

    @Test
    void shouldHandOutWhatComesUntilTheStreamEnds() throws IOException {
        final ReceiveBuffers pool = fixture.newBuffers(4);
        final Connection connection = fixture.receive(aio.urgent, "connection", pool);

        for (int i = 1; i <= 10; i++) {
            connection.send(100 * i);
            final List<Seen> events = fixture.consume(1);
            assertThat(events.get(0).result()).isEqualTo(100 * i);
            assertThat(events.get(0).flags()).isEqualTo(CqeFlags.F_MORE);
        }
        connection.peer.shutdownOutput();

        assertThat(aio.runOne()).isEqualTo(new Seen("connection", Opcode.RECV, 0, 0));
        assertThat(aio.urgent.usage().socketBytes()).isEqualTo(5_500);
        fixture.finish();
    }

    /** A multishot receive from a Unix socket loses it on Linux 6.18. */
    @Test
    void shouldSeeTheEndThatCameTogetherWithTheLastBytes() throws IOException {
        final Connection connection = fixture.connect(aio.urgent, "connection");
        connection.send(100);
        connection.peer.shutdownOutput();

        connection.socket.receiveInto(fixture.newBuffers(4));

        assertThat(fixture.consume(2)).extracting(Seen::result).containsExactly(100, 0);
        fixture.finish();
    }
}
