// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.uring.LateCompletions;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Ring;
import dev.sluice.uring.RingOptions;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.contract.OwnerCalls;
import dev.sluice.uring.contract.RingTester;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.PollMask;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class KernelRingLifecycleIT {

    static Stream<Arguments> openCalls() {
        return Stream.concat(
                OwnerCalls.all(),
                Stream.of(
                        OwnerCalls.call("enable", Ring::enable),
                        OwnerCalls.call("enters", ring -> ring.statistics().enters()),
                        OwnerCalls.call("fd", Ring::fd),
                        OwnerCalls.call("setupFlags", ring -> ((KernelRing) ring).setupFlags())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("openCalls")
    void shouldRefuseEveryCallAfterClose(String name, Consumer<Ring> call) {
        final RingTester tester = RingTester.open();
        tester.close();

        assertThatThrownBy(() -> call.accept(tester.ring))
                .as(name)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("ring is closed");
    }

    @Test
    void shouldAnswerWhatNeedsNoRingAfterClose() {
        final RingTester tester = RingTester.open();
        final String binding = tester.ring.binding();
        tester.close();
        tester.ring.close();

        assertThat(tester.ring.isOwnerThread()).isTrue();
        assertThat(tester.ring.features().supports(Opcode.NOP)).isTrue();
        assertThat(tester.ring.binding()).isEqualTo(binding).isNotEmpty();
        assertThat(tester.ring).asString().endsWith("closed]");
    }

    @Test
    void shouldLeaveANumberAloneThatIsAnotherFilesWhenItsOwnDescriptorWasClosedByOthers() {
        final RingTester tester = RingTester.open();
        final int number = tester.ring.fd();
        Descriptors.close(number);
        final int other = Descriptors.eventFd();
        assertThat(other).as("the lowest number that is free").isEqualTo(number);

        tester.close();

        assertThat(Descriptors.tryClose(other)).isZero();
    }

    @Test
    void shouldShowWhatCompletesAfterTheCloseWhereTheKernelDoes() {
        final RingTester tester = RingTester.open();
        final int[] pipe = Descriptors.pipe();
        final List<Long> seen = new ArrayList<>();
        tester.ring.tryClaim().userData(7L).prepPollAdd(pipe[0], PollMask.POLLIN);
        tester.ring.submit();
        try (LateCompletions late = tester.ring.keepCompletions()) {
            tester.close();
            assumeTrue(late != null, "pages of a ring cannot be put into a pipe");

            await().until(() -> late.drain((userData, result, flags) -> {
                        seen.add(userData);
                        seen.add((long) result);
                    })
                    > 0);
        }
        assertThat(seen).containsExactly(7L, (long) -Errno.ECANCELED);
        Descriptors.close(pipe[0]);
        Descriptors.close(pipe[1]);
    }

    @Test
    void shouldFailInJavaWhenAnEntryIsUsedAfterClose() {
        final RingTester tester = RingTester.open();
        final Sqe sqe = tester.ring.tryClaim();
        tester.close();

        assertThatThrownBy(sqe::prepNop).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.sluice.uring.contract.OwnerCalls#all")
    void shouldRefuseAnotherThreadNamingBoth(String name, Consumer<Ring> call) {
        try (RingTester tester = RingTester.open()) {
            tester.assertRefusesAnotherThread(name, call);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.sluice.uring.contract.OwnerCalls#all")
    void shouldRefuseCallsBeforeItIsEnabled(String name, Consumer<Ring> call) {
        RingTester.open().close(); // skips where there is no ring
        try (KernelRing ring = KernelRing.open(RingOptions.defaults())) {
            assertThat(ring.isOwnerThread()).isFalse();
            assertThatThrownBy(() -> call.accept(ring))
                    .as(name)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("the ring is not enabled: its owner thread calls enable() first");
        }
    }

    @Test
    void shouldBeEnabledOnce() {
        try (RingTester tester = RingTester.open()) {
            assertThatThrownBy(tester.ring::enable)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the ring is enabled already, by thread \""
                            + Thread.currentThread().getName() + "\"");
        }
    }

    @Test
    void shouldBelongToTheThreadThatEnabledItNotToTheOneThatOpenedIt() throws Exception {
        try (RingTester opener = RingTester.open();
                KernelRing ring = KernelRing.open(RingOptions.defaults())) {
            assertThat(opener.ring.isOwnerThread()).isTrue();
            final CompletableFuture<Integer> drained = new CompletableFuture<>();
            final Thread owner = new Thread(() -> {
                ring.enable();
                ring.tryClaim().prepNop();
                ring.submitAndWait(1, -1);
                drained.complete(ring.drainCompletions((userData, result, flags) -> {}, 10));
            });
            owner.start();

            assertThat(drained).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo(1);
            owner.join();
        }
    }

    @Test
    void shouldBeClosedByAnotherThreadOnceTheOwnerIsDone() throws Exception {
        final RingTester tester = RingTester.open();
        final int fd = tester.ring.fd();
        final Thread other = new Thread(tester::close);
        other.start();
        other.join();

        assertThatThrownBy(tester.ring::submit).hasMessage("ring is closed");
        assertThat(Descriptors.setStatusFlags(fd, 0)).isEqualTo(-Errno.EBADF);
    }

    @Test
    void shouldRefuseCloseAndNestedDrainFromAHandler() {
        try (RingTester tester = RingTester.open()) {
            for (final Runnable misuse : List.<Runnable>of(
                    tester.ring::close, () -> tester.ring.drainCompletions((userData, result, flags) -> {}, 1))) {
                tester.start(1L, Sqe::prepNop);

                assertThatThrownBy(() -> tester.ring.drainCompletions((userData, result, flags) -> misuse.run(), 1))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageEndingWith("called from a completion handler");
            }
            assertThat(tester.run(Sqe::prepNop)).isZero();
        }
    }

    @Test
    void shouldRefuseNegativeArguments() {
        try (RingTester tester = RingTester.open()) {
            assertThatThrownBy(() -> tester.ring.submitAndWait(-1, 0))
                    .hasMessage("minComplete must not be negative: -1");
            assertThatThrownBy(() -> tester.ring.drainCompletions((userData, result, flags) -> {}, -1))
                    .hasMessage("limit must not be negative: -1");
        }
    }
}
