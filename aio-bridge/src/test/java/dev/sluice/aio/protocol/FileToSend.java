// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.aio.AioFixture;
import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.RootDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** For tests of what is sent of a file: the file, open, and a connection to a peer in memory, of which nothing is left afterwards. */
abstract class FileToSend {
    @TempDir
    Path directory;

    final ProtocolFixture fixture = new ProtocolFixture();
    final MemoryTransport peer = new MemoryTransport(fixture, MemoryTransport.NEVER);
    final TestConnection connection = new TestConnection(fixture.link(peer), (c, line) -> answer());

    private final int fileBytes;
    byte[] content;
    RootDirectory root;
    AsyncFile file;
    private Runnable answer;

    FileToSend(int fileBytes) {
        this.fileBytes = fileBytes;
    }

    @BeforeEach
    void begin() throws IOException {
        content = Files.readAllBytes(AioFixture.writeFile(directory.resolve("file"), fileBytes));
        root = RootDirectory.open(directory);
        file = fixture.open(root, "file");
        connection.begin();
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

    private void answer() {
        answer.run();
    }

    /** As a protocol answers: what is added within one call of its handler goes out together. */
    final void inAHandler(Runnable added) {
        final boolean[] done = new boolean[1];
        answer = () -> {
            added.run();
            done[0] = true;
        };
        peer.feed("go\n".getBytes(UTF_8));
        fixture.runUntil(() -> done[0]);
        connection.log.remove("go");
    }
}
