// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventQueue;
import dev.sluice.events.EventQueueOptions;
import dev.sluice.events.InterestOps;
import dev.sluice.uring.RingOptions;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.emulated.EmulatedRing;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.testing.OpenDescriptors;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: whatever has happened to a queue, its close leaves no descriptor. On the rings of this host, with files and sockets. */
class QueueLossIT {
    private static final int FILES = 20;

    private final ResourceContainer normal = ResourceContainer.root("root").child("normal", Priority.NORMAL);

    @TempDir
    private Path directory;

    private List<String> before;

    @BeforeEach
    void countDescriptors() throws Exception {
        Files.writeString(directory.resolve("file"), "text");
        try (EventQueue warm = EventQueue.open()) {
            AsyncIo.on(warm);
        }
        before = OpenDescriptors.now();
    }

    /** With files, a socket that waits for bytes, and a declared pipe. Descriptors of the other ends are left in {@code others}. */
    private EventQueue openBusy(Supplier<EventQueue> opening, List<Integer> others) throws Exception {
        final EventQueue events = opening.get();
        final AsyncIo io = AsyncIo.on(events);
        try (RootDirectory root = RootDirectory.open(directory)) {
            for (int i = 0; i < FILES; i++) {
                io.newFile().open(root, "file", OpenOptions.READ, normal, "open");
            }
            for (int opened = 0; opened < FILES; ) {
                for (var batch = events.dequeueNextEvents(FILES, Priority.IDLE, AioFixture.LIMIT_NS);
                        batch.next() != null; ) {
                    opened++;
                }
            }
        }
        assertThat(io.openDescriptors()).isEqualTo(FILES);
        final int[] pair = Descriptors.socketPair();
        others.add(pair[1]);
        final AsyncSocket socket = io.newSocket();
        socket.adopt(pair[0], normal, "socket");
        socket.receive(io.arena().tryLease(64));
        final int[] pipe = Descriptors.pipe();
        others.add(pipe[0]);
        others.add(pipe[1]);
        events.declareInterest(pipe[0], InterestOps.READABLE, normal, "pipe");
        events.dequeueNextEvents(1, Priority.IDLE, 0L);
        return events;
    }

    private static <T> T onADyingThread(Callable<T> task) throws Exception {
        final FutureTask<T> result = new FutureTask<>(task);
        final Thread dying = new Thread(result, "dying");
        dying.start();
        dying.join();
        return result.get();
    }

    private void assertNothingLeft(List<Integer> others) throws IOException {
        others.forEach(Descriptors::close);
        assertThat(OpenDescriptors.since(before)).isEmpty();
    }

    private static EventQueue openEmulated() {
        return EventQueue.over(EmulatedRing.open(RingOptions.defaults()), EventQueueOptions.defaults());
    }

    @Test
    void shouldReleaseEverythingOfAQueueWhoseThreadHasDied() throws Exception {
        for (final Supplier<EventQueue> opening :
                List.<Supplier<EventQueue>>of(EventQueue::open, QueueLossIT::openEmulated)) {
            final List<Integer> others = new ArrayList<>();
            final EventQueue events = onADyingThread(() -> openBusy(opening, others));

            events.close();

            assertNothingLeft(others);
        }
    }

    @Test
    @Tag("kernel-ring")
    void shouldReleaseEverythingOfAQueueWhoseRingsDescriptorWasClosedBySomebodyElse() throws Exception {
        final List<Integer> others = new ArrayList<>();
        final EventQueue events = openBusy(EventQueue::open, others);
        Descriptors.close(ringDescriptor());

        events.close();

        assertNothingLeft(others);
    }

    private static int ringDescriptor() throws Exception {
        for (final String name : new File("/proc/self/fd").list()) {
            final Path link = Path.of("/proc/self/fd", name);
            if (Files.isSymbolicLink(link)
                    && Files.readSymbolicLink(link).toString().equals("anon_inode:[io_uring]")) {
                return Integer.parseInt(name);
            }
        }
        throw new AssertionError("no ring is open");
    }

    /** A descriptor that somebody else has closed must not keep those after it open. */
    @Test
    void shouldCloseAllOtherDescriptorsWhenTheCloseOfOneFails() throws Exception {
        final int[] lower = Descriptors.pipe();
        final List<Integer> others = new ArrayList<>();
        final EventQueue events = EventQueue.open();
        final AsyncIo io = AsyncIo.on(events);
        final List<int[]> pairs = new ArrayList<>();
        for (int i = 0; i < FILES; i++) {
            final int[] pair = Descriptors.socketPair();
            pairs.add(pair);
            others.add(pair[1]);
            io.newSocket().adopt(pair[0], normal, "socket " + i);
        }
        Descriptors.close(pairs.get(FILES / 2)[0]);
        for (final int fd : lower) { // what another thread opens meanwhile gets one of these numbers
            Descriptors.close(fd);
        }

        assertThatIllegalStateException()
                .isThrownBy(events::close)
                .satisfies(e -> assertThat(e.getSuppressed())
                        .singleElement()
                        .satisfies(inner -> assertThat(inner.getSuppressed())
                                .singleElement()
                                .satisfies(cause -> assertThat(cause)
                                        .hasMessageContaining("EBADF")
                                        .hasMessageContaining("descriptor " + pairs.get(FILES / 2)[0]))));

        assertNothingLeft(others);
    }

    @Test
    void shouldRefuseToAdoptWhatIsNotOpenOrNoStreamSocketAndLeaveIt() throws Exception {
        final int file = Descriptors.open(directory.resolve("file"), OpenFlags.O_RDONLY);
        try (EventQueue events = EventQueue.open()) {
            final AsyncSocket socket = AsyncIo.on(events).newSocket();
            for (final int missing : new int[] {9999, -1}) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> socket.adopt(missing, normal, null))
                        .withMessageContaining("EBADF")
                        .withMessageContaining(Integer.toString(missing));
            }
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> socket.adopt(file, normal, null))
                    .withMessageContaining("ENOTSOCK");
            assertThat(socket.isOpen()).isFalse();
        }
        Descriptors.close(file);
        assertThat(OpenDescriptors.since(before)).isEmpty();
    }
}
