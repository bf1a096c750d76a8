// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Children of this process, whose exit is an event. */
class ChildExitIT {
    @AutoClose
    private final AioFixture aio = new AioFixture();

    /** Exits with 7 when its standard input ends. */
    private static Process child() throws IOException {
        return new ProcessBuilder("sh", "-c", "read line; exit 7").start();
    }

    private void assertExit(Seen seen, Process process, int exitValue) {
        assertThat(seen).isEqualTo(new Seen("child", Opcode.NOP, exitValue, 0, process));
        aio.expectSilence(5_000_000L);
        aio.assertNothingLeft();
    }

    @Test
    void shouldReportTheExitOfAChildOnce() throws Exception {
        final Process process = child();
        assertThat(aio.io.process().awaitExit(process, aio.urgent, "child")).isNotNegative();
        aio.expectSilence(5_000_000L);

        process.getOutputStream().close();

        assertExit(aio.runOne(), process, 7);
        assertThat(aio.urgent.usage().events()).isEqualTo(1L);
    }

    @Test
    void shouldReportAChildThatExitedBefore() throws Exception {
        final Process process = child();
        process.getOutputStream().close();
        process.waitFor();

        aio.io.process().awaitExit(process, aio.normal, "child");

        assertExit(aio.runOne(), process, 7);
    }

    @Test
    void shouldReportTheSignalThatEndedAChild() throws Exception {
        final Process process = child();
        aio.io.process().awaitExit(process, aio.normal, "child");

        process.destroyForcibly();

        assertExit(aio.runOne(), process, 128 + 9);
    }

    @Test
    void shouldReportNothingMoreAfterACancel() throws Exception {
        final Process process = child();
        final long id = aio.io.process().awaitExit(process, aio.normal, "child");

        assertThat(aio.io.cancel(id)).isTrue();
        final Seen last = aio.runOne();
        process.getOutputStream().close();
        process.onExit().join();
        aio.expectSilence(20_000_000L);

        assertThat(last).isEqualTo(new Seen("child", Opcode.NOP, -Errno.ECANCELED, 0));
        assertThat(aio.io.cancel(id)).isFalse();
        aio.assertNothingLeft();
    }

    @Test
    void shouldLetTheQueueCloseFirst() throws Exception {
        final Process process = child();
        aio.io.process().awaitExit(process, aio.normal, "child");

        aio.close();
        process.getOutputStream().close();

        assertThat(process.waitFor()).isEqualTo(7);
    }
}
