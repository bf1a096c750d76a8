// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.Priority;
import dev.sluice.events.Event;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.call.Sockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every descriptor that a queue and its bridge open is closed when the process becomes another one. */
class CloseOnExecIT {
    private static final int O_CLOEXEC = 02000000;

    @Test
    void shouldOpenNothingThatAChildWouldInherit(@TempDir Path directory) throws Exception {
        AioFixture.writeFile(directory.resolve("file"), 10);
        final List<String> before = AioFixture.openDescriptors();
        try (RootDirectory root = RootDirectory.open(directory);
                AioFixture aio = new AioFixture()) {
            final AsyncFile file = aio.open(root, "file", OpenOptions.READ);
            final AsyncListener listener = aio.io.listen(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16, aio.normal, "listener");
            listener.accept();
            final int client = Sockets.connect(listener.localAddress()); // the JDK's own sockets are not close-on-exec
            final Event accepted = aio.events
                    .dequeueNextEvents(1, Priority.IDLE, AioFixture.LIMIT_NS)
                    .next();
            final FileWatches watches = aio.io.files().newFileWatches(aio.normal, "watches");
            final AsyncSocket socket = aio.adopt(accepted.takeDescriptor(), "connection");

            final List<String> opened = new ArrayList<>(AioFixture.openDescriptors());
            opened.removeAll(before);

            assertThat(opened)
                    .contains(
                            Integer.toString(file.fd()), Integer.toString(socket.fd()), Integer.toString(watches.fd()));
            assertThat(opened)
                    .allSatisfy(fd -> assertThat(flagsOf(fd) & O_CLOEXEC)
                            .as("descriptor %s", fd)
                            .isNotZero());
            Descriptors.close(client);
        }
    }

    /** The line {@code flags: 0100002} of a descriptor's fdinfo. A listing's own descriptor is gone by then. */
    private static int flagsOf(String fd) throws IOException {
        final Path info = Path.of("/proc/self/fdinfo", fd);
        if (!Files.exists(info)) {
            return O_CLOEXEC;
        }
        for (final String line : Files.readAllLines(info)) {
            if (line.startsWith("flags:")) {
                return Integer.parseInt(line.substring("flags:".length()).strip(), 8);
            }
        }
        throw new AssertionError("no flags in " + info);
    }
}
