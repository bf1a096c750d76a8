// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.aio.process.JvmSignals;
import dev.sluice.containers.Priority;
import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.linux.Errno;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signals sent to this very process, whose default would be to end it or to do nothing. */
class ProcessSignalIT {
    private AioFixture aio;

    @BeforeEach
    void open() {
        aio = new AioFixture();
    }

    @AfterEach
    void close() {
        aio.close();
    }

    static void kill(String signal) throws Exception {
        final String pid = Long.toString(ProcessHandle.current().pid());
        assertThat(new ProcessBuilder("kill", "-" + signal, pid)
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"USR2", "WINCH", "CONT", "TERM"})
    void shouldArriveAtThePriorityOfItsContainer(String signal) throws Exception {
        aio.io.process().watchSignal(signal, aio.urgent, "signal");
        final long id = aio.io.blockingWork().call(() -> 1, aio.bulk, "bulk");
        assertThat(id).isNotNegative();

        kill(signal);
        final Seen seen = aio.run(2).stream()
                .filter(s -> s.attachment().equals("signal"))
                .findFirst()
                .orElseThrow();

        assertThat(seen.result()).isEqualTo(1);
        assertThat(seen.flags()).isEqualTo(CqeFlags.F_MORE);
        assertThat(seen.message()).isEqualTo(signal);
        aio.expectSilence(1_000_000L);
        assertThat(aio.urgent.usage().events()).isEqualTo(1L);
    }

    @Test
    void shouldFoldWhatCameWhileOneWasPending() throws Exception {
        aio.io.process().watchSignal("WINCH", aio.normal, "signal");

        int count = 0;
        for (int i = 0; i < 3; i++) {
            kill("WINCH");
            aio.events.dequeueNextEvents(1, Priority.MAX, 100_000_000L); // brought here, not handed out
        }
        while (count < 3) { // the JVM hands signals to its own thread: the last may come after the first was handed out
            count += aio.runOne().result();
        }

        assertThat(count).isEqualTo(3);
        assertThat(aio.seen.size()).isLessThan(3);
        aio.expectSilence(5_000_000L);
    }

    @Test
    void shouldPutBackThePreviousHandlerWhenCancelled() throws Exception {
        final AtomicInteger before = new AtomicInteger();
        final CountDownLatch again = new CountDownLatch(1);
        final Object original = JvmSignals.handle("CONT", () -> {
            before.incrementAndGet();
            again.countDown();
        });
        try {
            final long id = aio.io.process().watchSignal("CONT", aio.normal, "signal");
            kill("CONT");
            assertThat(aio.runOne().result()).isEqualTo(1);
            assertThat(before).hasValue(0);

            assertThat(aio.io.cancel(id)).isTrue();
            final Seen last = aio.runOne();
            assertThat(last.result()).isEqualTo(-Errno.ECANCELED);
            assertThat(last.flags()).isZero();
            assertThat(last.message()).isNull();
            kill("CONT");
            assertThat(again.await(20, TimeUnit.SECONDS)).isTrue();
            aio.expectSilence(5_000_000L);
            aio.assertNothingLeft();
        } finally {
            JvmSignals.restore("CONT", original);
        }
    }

    @Test
    void shouldPutBackThePreviousHandlerWhenTheQueueCloses() throws Exception {
        final CountDownLatch again = new CountDownLatch(1);
        final Object original = JvmSignals.handle("WINCH", again::countDown);
        try {
            aio.io.process().watchSignal("WINCH", aio.normal, "signal");
            aio.close();
            kill("WINCH");
            assertThat(again.await(20, TimeUnit.SECONDS)).isTrue();
            open();
            assertThat(aio.io.process().watchSignal("WINCH", aio.normal, "signal"))
                    .isNotNegative();
        } finally {
            aio.close();
            JvmSignals.restore("WINCH", original);
        }
    }

    @Test
    void shouldRefuseASecondWatchOfASignal() {
        final long id = aio.io.process().watchSignal("WINCH", aio.normal, "first");
        assertThatThrownBy(() -> aio.io.process().watchSignal("WINCH", aio.normal, "second"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("SIGWINCH is watched already");
        aio.io.cancel(id);
        aio.runOne();
        assertThat(aio.io.process().watchSignal("WINCH", aio.normal, "third")).isNotNegative();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SEGV", "FPE", "ILL", "KILL", "STOP", "QUIT", "NONSENSE"})
    void shouldRefuseWhatTheJvmRefusesWithItsReason(String signal) {
        for (int i = 0; i < 2; i++) { // not remembered as watched
            assertThatThrownBy(() -> aio.io.process().watchSignal(signal, aio.normal, "signal"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("SIG" + signal + " cannot be handled: ")
                    .hasMessageContaining("ignal")
                    .hasMessageContaining("named as by kill -l, such as TERM, HUP or USR1");
        }
        aio.assertNothingLeft();
    }

    @Test
    void shouldKnowASignalByTheNameThatManualsGiveIt() throws Exception {
        aio.io.process().watchSignal("SIGWINCH", aio.normal, "signal");
        assertThatThrownBy(() -> aio.io.process().watchSignal("WINCH", aio.normal, "second"))
                .hasMessage("SIGWINCH is watched already");
        kill("WINCH");
        assertThat(aio.runOne().message()).isEqualTo("WINCH");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SIGNONSENSE", "term", "15", "SIG", "", "SIGSIGTERM", "SIGKILL"})
    void shouldSayWhichNamesThereAre(String signal) {
        assertThatThrownBy(() -> aio.io.process().watchSignal(signal, aio.normal, "signal"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("SIG")
                .hasMessageContaining("such as TERM, HUP or USR1");
        aio.assertNothingLeft();
    }
}
