// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.events.EventQueue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * The server where the sysctl forbids io_uring. The sysctl is the whole machine's: it is changed for the milliseconds in which the server
 * opens its queue (rings that exist go on), in the long runs only, and restored also if the JVM is ended meanwhile.
 */
@Tag("soak")
class SysctlIT {
    private static final Path SYSCTL = Path.of("/proc/sys/kernel/io_uring_disabled");
    private static final String RING = "sluice.ring";

    @TempDir
    Path directory;

    @Test
    void shouldServeWithoutIoUringAndSayWhyOnce() throws IOException {
        assumeTrue(Files.isWritable(SYSCTL), "needs root, and Linux 6.6");
        TestFiles.write(directory, "file", "content");
        final String insisted = System.clearProperty(RING);
        final Logger log = (Logger) LoggerFactory.getLogger(EventQueue.class);
        final ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        log.addAppender(lines);
        try {
            RunningServer.of(directory).close(); // loads what it needs
            assertThat(lines.list).isEmpty();
            try (RunningServer server = openForbidden();
                    Client client = new Client(server.address())) {
                assertThat(server.server().binding()).startsWith("epoll and ");
                for (int i = 0; i < 100; i++) {
                    assertThat(client.get("/file").response().status()).isEqualTo(200);
                }
            }
        } finally {
            log.detachAppender(lines);
            if (insisted != null) {
                System.setProperty(RING, insisted);
            }
        }
        assertThat(lines.list)
                .singleElement()
                .satisfies(line -> assertThat(line.getFormattedMessage())
                        .contains("EPERM (1)")
                        .contains("sysctl kernel.io_uring_disabled is 2")
                        .contains("sysctl -w kernel.io_uring_disabled=0 enables it"));
    }

    private RunningServer openForbidden() throws IOException {
        final String before = Files.readString(SYSCTL);
        final Thread restore = new Thread(() -> write(before));
        Runtime.getRuntime().addShutdownHook(restore);
        try {
            write("2");
            return RunningServer.of(directory);
        } finally {
            write(before);
            Runtime.getRuntime().removeShutdownHook(restore);
        }
    }

    private static void write(String value) {
        try {
            Files.writeString(SYSCTL, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
