// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.aio.AsyncIo;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventQueue;
import dev.sluice.uring.linux.Errno;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What the connections of a server share, by a clock that the test sets. */
class ServerContextIT {
    private static final long MINUTE_NS = 60_000_000_000L;
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final EventQueue events = EventQueue.open();
    private final ServerContext context = new ServerContext(
            AsyncIo.on(events),
            null,
            ServerOptions.of(Path.of("."), ANY).withOpenFileCache(0),
            ResourceContainer.root("server"),
            1);
    private final long startNs = context.nowNs;
    private final Logger log = (Logger) LoggerFactory.getLogger(ServerContext.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        lines.start();
        log.addAppender(lines);
    }

    @AfterEach
    void close() {
        log.detachAppender(lines);
        events.close();
    }

    private void refuseAt(long sinceStartNs, int errno) {
        context.nowNs = startNs + sinceStartNs;
        context.noteRefusedFile(errno);
    }

    @Test
    void shouldSayOnceAMinuteThatFilesAreRefusedForWantOfAWorker() {
        refuseAt(0L, Errno.ENOENT);
        assertThat(lines.list).isEmpty();

        refuseAt(0L, Errno.ENOWORKER);
        refuseAt(1L, Errno.ENOWORKER);
        refuseAt(MINUTE_NS, Errno.ENOWORKER);
        assertThat(lines.list).hasSize(1);

        refuseAt(MINUTE_NS + 1L, Errno.ENOWORKER);
        refuseAt(2L * MINUTE_NS, Errno.ENOWORKER);
        assertThat(lines.list)
                .hasSize(2)
                .allMatch(line -> line.getLevel().equals(Level.WARN)
                        && line.getFormattedMessage().contains("ENOWORKER"));
    }
}
