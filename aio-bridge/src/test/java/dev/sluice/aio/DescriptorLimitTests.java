// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.containers.ResourceContainer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A queue that may have few descriptors, files to open, and what each test leaves: none. */
abstract class DescriptorLimitTests {
    static final long SILENCE_NS = 20_000_000L;

    @TempDir
    Path directory;

    final List<AsyncDescriptor> opened = new ArrayList<>();
    AioFixture aio;
    RootDirectory root;

    @BeforeEach
    final void write() throws IOException {
        for (int i = 0; i < 10; i++) {
            Files.writeString(directory.resolve("file" + i), "content");
        }
        Files.createDirectories(directory.resolve("a/b"));
        Files.createDirectories(directory.resolve("c"));
        root = RootDirectory.open(directory);
    }

    final void start(long descriptors, long reserved) {
        aio = new AioFixture(AsyncIoOptions.defaults().withDescriptors(descriptors, reserved));
    }

    final void startUnbounded() {
        aio = new AioFixture();
    }

    @AfterEach
    final void close() {
        if (aio != null) {
            for (final AsyncDescriptor descriptor : opened) {
                if (descriptor.isOpen()) {
                    descriptor.close();
                }
            }
            aio.runUntil(aio::isIdle);
            aio.assertNothingLeft();
            assertThat(aio.io.descriptors().inUse()).isZero();
            assertThat(aio.io.descriptors().waiting()).isZero();
            aio.close();
        }
        root.close();
    }

    final AsyncFile newFile() {
        final AsyncFile file = aio.io.newFile();
        opened.add(file);
        return file;
    }

    final long open(AsyncFile file, String path, ResourceContainer container) {
        return file.open(root, path, OpenOptions.READ, container, path);
    }

    /** Asks for a file, and returns it. */
    final AsyncFile ask(String path, ResourceContainer container) {
        final AsyncFile file = newFile();
        open(file, path, container);
        return file;
    }

    final void expectOpened(String... paths) {
        assertThat(aio.run(paths.length))
                .allMatch(seen -> seen.result() >= 0)
                .extracting(Seen::attachment)
                .containsExactlyInAnyOrder((Object[]) paths);
    }

    /** A waiter goes on at once, not when the time-out of a dequeue brings the ring about. */
    final void expectSoon(String path) {
        final Seen seen = aio.runOneAtOnce();
        assertThat(seen.attachment()).isEqualTo(path);
        assertThat(seen.result()).isNotNegative();
    }

    final AsyncListener listen(ResourceContainer container) {
        final AsyncListener listener =
                aio.io.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64, container, "listener");
        opened.add(listener);
        return listener;
    }
}
