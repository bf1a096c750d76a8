// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.aio.AsyncIo;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventQueue;
import dev.sluice.samples.http.wire.ResponseHeader;
import dev.sluice.uring.linux.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What the answers of a server share, by a clock that the test sets. */
class ServedFilesIT {
    private static final long MINUTE_NS = 60_000_000_000L;

    private final EventQueue events = EventQueue.open();
    private long clockNs;
    private final ServedFiles files = new ServedFiles(
            AsyncIo.on(events),
            null,
            0,
            0L,
            ResourceContainer.root("server"),
            new ResponseHeader(),
            FileOptions.defaults(),
            () -> clockNs);
    private final Logger log = (Logger) LoggerFactory.getLogger(ServedFiles.class);
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
        clockNs = sinceStartNs;
        files.noteRefusedFile(errno);
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
