// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AioFixture;
import dev.sluice.aio.AsyncIoOptions;
import dev.sluice.aio.HungDisk;
import dev.sluice.aio.LoopFileSystem;
import dev.sluice.aio.RootDirectory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A connection sends a range of a file whose disk answers nobody: all others go on, and the server ends in its time. */
@Tag("soak") // the drain takes its five seconds, and one more
@Timeout(60)
class LayerBesideHungDiskIT {
    private static final int FILE_BYTES = 1 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    private InetSocketAddress hanging;
    private InetSocketAddress other;

    @Test
    void shouldGoOnWithOthersAndEndInTimeBesideAHungDisk() throws Exception {
        AioFixture.writeFile(directory.resolve("file"), 10_000);
        final LoopFileSystem disk = LoopFileSystem.make(directory, 64L << 20);
        try {
            AioFixture.writeFile(disk.root().resolve("cold"), FILE_BYTES);
            disk.makeCold();
            try (RootDirectory cold = RootDirectory.open(disk.root());
                    RootDirectory root = RootDirectory.open(directory)) {
                final RunningServer running = new RunningServer(AsyncIoOptions.defaults(), server -> {
                    hanging = RunningServer.listen(server, 100, link -> http(link, cold));
                    other = RunningServer.listen(server, 100, link -> http(link, root));
                });
                serveBesideIt(disk, running);
            }
        } finally { // a worker of a closed queue lets go of it soon
            Awaitility.await().ignoreExceptions().until(() -> {
                disk.close();
                return true;
            });
        }
    }

    private static MiniHttp http(Link link, RootDirectory root) {
        return new MiniHttp(link, root, MiniHttp.Limits.GENEROUS);
    }

    private void serveBesideIt(LoopFileSystem disk, RunningServer running) throws Exception {
        try (HungDisk hung = HungDisk.of(disk, ProcessHandle.current());
                Socket waiting = ask(hanging, "cold")) {
            Awaitility.await().until(() -> running.server.io().openDescriptors() == 4);
            for (int i = 0; i < 100; i++) {
                final long startNs = System.nanoTime();
                try (Socket served = ask(other, "file")) {
                    assertThat(served.getInputStream().readNBytes(10_000)).hasSize(10_000);
                }
                assertThat(Duration.ofNanos(System.nanoTime() - startNs)).isLessThan(PATIENCE);
            }
            assertThat(waiting.getInputStream().available()).isZero();
            final long startNs = System.nanoTime();
            running.server.stop();
            running.awaitAnyEnd();
            assertThat(Duration.ofNanos(System.nanoTime() - startNs)).isLessThan(PATIENCE);
            hung.comesBack();
        }
    }

    private static Socket ask(InetSocketAddress address, String name) throws IOException {
        final Socket socket = RunningServer.connect(address);
        socket.getOutputStream().write(("GET /" + name + " HTTP/1.1\r\n\r\n").getBytes(US_ASCII));
        return socket;
    }
}
