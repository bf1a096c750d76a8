// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.aio.process.JvmSignals;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Signals sent to this very process: one comes as an event, the next ones go where they went before. */
class FirstSignalIT {
    private static final List<String> NAMES = List.of("CONT", "WINCH");

    private final AioFixture aio = new AioFixture();

    private final Object[] originals = new Object[NAMES.size()];

    /** What the handlers from before got. */
    private final Semaphore before = new Semaphore(0);

    @BeforeEach
    void handle() {
        for (int i = 0; i < originals.length; i++) {
            originals[i] = JvmSignals.handle(NAMES.get(i), before::release);
        }
    }

    @AfterEach
    void restore() {
        aio.close(); // before: it gives back what it has taken
        for (int i = 0; i < originals.length; i++) {
            JvmSignals.restore(NAMES.get(i), originals[i]);
        }
    }

    private void awaitBefore(int count) throws InterruptedException {
        assertThat(before.tryAcquire(count, 20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void shouldKnowSignalsByTheNamesThatManualsGiveThem() throws Exception {
        aio.io.process().awaitSignal(List.of("SIGCONT", "WINCH"), aio.urgent, "signal");
        ProcessSignalIT.kill("CONT");
        assertThat(aio.runOne().message()).isEqualTo("CONT");
    }

    @Test
    void shouldBringTheFirstAsOneEventAndLeaveTheOthersWhileTheLoopHangs() throws Exception {
        aio.io.process().awaitSignal(NAMES, aio.urgent, "signal");

        ProcessSignalIT.kill("CONT");
        ProcessSignalIT.kill("CONT");
        ProcessSignalIT.kill("WINCH");
        awaitBefore(2); // and the queue's thread has done nothing yet

        final Seen seen = aio.runOne();
        assertThat(seen.message()).isIn(NAMES); // the JVM has a thread for each
        assertThat(seen).isEqualTo(new Seen("signal", Opcode.NOP, 0, 0, seen.message()));
        aio.expectSilence(5_000_000L);
        assertThat(before.availablePermits()).isZero();
        aio.assertNothingLeft();
    }

    @Test
    void shouldGiveThemBackWhenCancelled() throws Exception {
        final long id = aio.io.process().awaitSignal(NAMES, aio.normal, "signal");

        assertThat(aio.io.cancel(id)).isTrue();

        assertThat(aio.runOne()).isEqualTo(new Seen("signal", Opcode.NOP, -Errno.ECANCELED, 0));
        ProcessSignalIT.kill("CONT");
        ProcessSignalIT.kill("WINCH");
        awaitBefore(2);
        aio.expectSilence(5_000_000L);
        aio.assertNothingLeft();
    }

    @Test
    void shouldGiveThemBackWhenTheQueueCloses() throws Exception {
        aio.io.process().awaitSignal(NAMES, aio.normal, "signal");

        aio.close();

        ProcessSignalIT.kill("WINCH");
        awaitBefore(1);
    }

    @Test
    void shouldTakeNoneIfOneIsWatchedAlready() throws Exception {
        aio.io.process().watchSignal("WINCH", aio.normal, "watch");

        assertThatIllegalStateException()
                .isThrownBy(() -> aio.io.process().awaitSignal(NAMES, aio.normal, "signal"))
                .withMessage("SIGWINCH is watched already");

        ProcessSignalIT.kill("CONT");
        awaitBefore(1);
    }

    @Test
    void shouldRefuseNoNames() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> aio.io.process().awaitSignal(List.of(), aio.normal, "signal"))
                .withMessage("no signal to wait for");
    }
}
