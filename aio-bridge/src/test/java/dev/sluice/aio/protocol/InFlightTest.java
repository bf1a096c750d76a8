// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.OpenOptions;
import dev.sluice.aio.RootDirectory;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.linux.Errno;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: all that is started is started once, in order, and handled to its end. Method: a queue with room for two operations. */
class InFlightTest {
    private final ProtocolFixture fixture = ProtocolFixture.withMostOperations(2);
    private final AsyncIo io = fixture.aio.io;
    private final ResourceContainer container = fixture.aio.normal;
    private final List<String> log = new ArrayList<>();
    private final InFlight inFlight = new InFlight(fixture.aio.events, io, container, () -> log.add("settled"));

    @AfterEach
    void nothingIsLeft() {
        fixture.assertNothingLeft();
        fixture.close();
    }

    private void startJob(String name) {
        inFlight.start(
                a -> io.blockingWork().call(() -> name, container, a),
                event -> log.add(event.failed() ? "-" + event.errno() : (String) event.message()));
    }

    @Test
    void shouldStartLaterAndInOrderWhatWasRefused() {
        for (int i = 0; i < 5; i++) {
            startJob("job " + i);
        }
        assertThat(inFlight.count()).isEqualTo(5);

        fixture.runUntil(() -> inFlight.count() == 0);

        assertThat(log.stream().filter(line -> !line.equals("settled")))
                .containsExactlyInAnyOrder("job 0", "job 1", "job 2", "job 3", "job 4");
        assertThat(log.stream().filter("settled"::equals)).hasSizeGreaterThanOrEqualTo(5);
    }

    @Test
    void shouldStartWhatWasRefusedAlsoIfOthersHaveTakenTheRoom() {
        final InFlight other = new InFlight(fixture.aio.events, io, container, () -> {});
        for (int i = 0; i < 2; i++) {
            other.start(
                    a -> io.arena().lease(1, container, a),
                    event -> ((dev.sluice.aio.IoBuffer) event.message()).release());
        }
        startJob("late");

        fixture.runUntil(() -> inFlight.count() == 0 && other.count() == 0);
        assertThat(log).containsSubsequence("late", "settled");
    }

    @Test
    void shouldCancelWhatHasBegunAndForgetWhatHasNot() {
        container.setLimit(dev.sluice.containers.Resource.BUFFER_BYTES, 4096L);
        final var buffer = io.arena().tryLease(4096, container);
        for (int i = 0; i < 4; i++) {
            inFlight.start(a -> io.arena().lease(4096, container, a), event -> log.add("-" + event.errno()));
        }
        inFlight.cancelAll();
        assertThat(inFlight.count()).isEqualTo(2);

        fixture.runUntil(() -> inFlight.count() == 0);
        buffer.release();
        assertThat(log).containsExactly("-" + Errno.ECANCELED, "settled", "-" + Errno.ECANCELED, "settled");
    }

    @Test
    void shouldKeepCountWhenAStartStartsAnother() {
        try (ProtocolFixture roomy = new ProtocolFixture()) {
            final ResourceContainer full = roomy.aio.normal;
            full.setLimit(dev.sluice.containers.Resource.BUFFER_BYTES, 4096L);
            final var taken = roomy.aio.io.arena().tryLease(4096, full);
            final InFlight nesting = new InFlight(roomy.aio.events, roomy.aio.io, full, () -> {});
            final long[] ids = new long[1];
            final InFlight.Start waiting = a -> roomy.aio.io.arena().lease(4096, full, a);
            nesting.start(
                    a -> {
                        nesting.start(waiting, event -> log.add("inner"));
                        ids[0] = waiting.start(a);
                        return ids[0];
                    },
                    event -> log.add("outer"));
            nesting.start(waiting, event -> log.add("last"));

            roomy.aio.io.cancel(ids[0]);
            roomy.runUntil(() -> log.size() == 1);
            assertThat(nesting.count()).isEqualTo(2);
            nesting.cancelAll();
            roomy.runUntil(() -> nesting.count() == 0);

            assertThat(log).containsExactlyInAnyOrder("outer", "inner", "last");
            taken.release();
            roomy.assertNothingLeft();
        }
    }

    @Test
    void shouldCountWhatIsHeldUntilItIsLetGo() {
        inFlight.hold();
        assertThat(inFlight.count()).isEqualTo(1);

        inFlight.letGo();
        assertThat(inFlight.count()).isZero();
        assertThat(log).containsExactly("settled");
        assertThatThrownBy(inFlight::letGo).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldCountAnOperationAsEndedIfItsHandlerThrows() {
        inFlight.atFailure = () -> log.add("failure");
        inFlight.start(a -> io.blockingWork().call(() -> "", container, a), event -> {
            throw new IllegalStateException("a bug");
        });

        assertThatThrownBy(() -> fixture.runUntil(() -> inFlight.count() == 0)).hasMessage("a bug");
        assertThat(inFlight.count()).isZero();
        assertThat(log).containsExactly("failure", "settled");
    }

    @Test
    void shouldForgetWhatCannotBeStarted() {
        assertThatThrownBy(() -> inFlight.start(
                        a -> {
                            throw new IllegalArgumentException("no such path");
                        },
                        event -> {}))
                .hasMessage("no such path");
        assertThat(inFlight.count()).isZero();
    }

    @Test
    void shouldEndWhatTakesLongerThanItsLimit() {
        container.setLimit(dev.sluice.containers.Resource.BUFFER_BYTES, 4096L);
        final var buffer = io.arena().tryLease(4096, container);
        for (int i = 0; i < 4; i++) { // two of them wait for room, which is part of their time
            inFlight.start(
                    a -> io.arena().lease(4096, container, a), event -> log.add("-" + event.errno()), 1_000_000L);
        }
        fixture.runUntil(() -> inFlight.count() == 0);
        buffer.release();
        assertThat(log.stream().filter(line -> !line.equals("settled")))
                .hasSize(4)
                .containsOnly("-" + Errno.ETIME);
        assertThatThrownBy(() -> inFlight.start(a -> 0L, event -> {}, -1L)).hasMessageContaining("limitNs=-1");
    }

    /** A file that was opened here is closed by the method that names nobody; what opened it is used for another operation by then. */
    @Test
    void shouldTellTheCloseOfWhatWasOpenedToNoOtherOperation(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("data"), "data");
        try (RootDirectory root = RootDirectory.open(directory)) {
            final AsyncFile file = io.newFile();
            inFlight.start(a -> file.open(root, "data", OpenOptions.READ, container, a), event -> log.add("opened"));
            fixture.runUntil(() -> inFlight.count() == 0);
            final CountDownLatch goOn = new CountDownLatch(1);
            inFlight.start(
                    a -> io.blockingWork()
                            .call(
                                    () -> {
                                        goOn.await();
                                        return "";
                                    },
                                    container,
                                    a),
                    event -> log.add("job"));

            final Path descriptor = Path.of("/proc/self/fd/" + file.fd());
            file.close();
            fixture.runUntil(() -> !Files.isSymbolicLink(descriptor));
            fixture.runTurn();
            assertThat(log).containsExactly("opened", "settled");
            assertThat(inFlight.count()).isEqualTo(1);

            goOn.countDown();
            fixture.runUntil(() -> inFlight.count() == 0);
            assertThat(log).containsExactly("opened", "settled", "job", "settled");
        }
    }

    /** Nobody would ever hear of it. */
    @Test
    void shouldComplainOfAnEventThatNamesNobody(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("data"), "data");
        try (RootDirectory root = RootDirectory.open(directory)) {
            final AsyncFile file = io.newFile();
            inFlight.start(a -> file.open(root, "data", OpenOptions.READ, container, a), event -> {});
            fixture.runUntil(file::isOpen);
            file.fsync();
            assertThatThrownBy(() -> fixture.runUntil(() -> false)).hasMessageContaining("names no handler");
            file.discard();
        }
    }
}
