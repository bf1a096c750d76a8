// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.aio.AsyncIoOptions;
import dev.sluice.aio.BufferArena;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A file that holds less than its status says, as one does that is cut between open and read: each file of sysfs is one. */
class UnansweredFileIT {
    private static final Path LOOPBACK = Path.of("/sys/class/net/lo");

    @Test
    void shouldAnswerWithAStatusWhenAFileHasNothingOfItsLength() throws IOException {
        shouldBeUnavailable("ifalias", "");
    }

    @Test
    void shouldAnswerWithAStatusWhenAFileIsShorterThanItsLength() throws IOException {
        shouldBeUnavailable("addr_len", "6\n");
    }

    /** The memory that the response itself takes makes it short, so that there is none to look for the file's end with. */
    @Test
    void shouldEndTheResponseOfACutFileWhenMemoryBecomesShort() throws IOException {
        assumeTrue(Files.isReadable(LOOPBACK.resolve("addr_len")), "needs sysfs");
        final List<Client> clients = new ArrayList<>();
        try (RunningServer server = RunningServer.of(
                LOOPBACK, o -> o, AsyncIoOptions.defaults().withArenaBytes(BufferArena.MAX_BLOCK_BYTES, 0L))) {
            final int almostHalf = BufferArena.MAX_BLOCK_BYTES / 4096 / 2 - 2;
            for (int i = 0; i < almostHalf; i++) {
                clients.add(new Client(server.address()));
            }
            await().until(() -> server.counters().get("buffers_leased") == almostHalf);
            final Client client = clients.get(0).get("/addr_len");
            assertThat(client.in().readAllBytes()).isNotEmpty();
            for (final Client other : clients) {
                other.close();
            }
            server.awaitNothingHeld();
        }
    }

    private static void shouldBeUnavailable(String name, String content) throws IOException {
        final Path file = LOOPBACK.resolve(name);
        assumeTrue(Files.isReadable(file), "needs " + file);
        assumeTrue(Files.size(file) > 2L && Files.readString(file).equals(content), file + " is as it is with Linux");
        try (RunningServer server = RunningServer.of(LOOPBACK);
                Client client = new Client(server.address())) {
            final Response response = client.get("/" + name).response();
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.isLast()).isTrue();
            assertThat(client.read()).isEqualTo(-1);
            server.awaitNothingHeld();
        }
    }
}
