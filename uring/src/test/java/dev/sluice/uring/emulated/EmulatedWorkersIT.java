// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.emulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.uring.Opcode;
import dev.sluice.uring.SqeFlags;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.call.Openat2Call;
import dev.sluice.uring.contract.RingTester;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.memory.OpenHow;
import dev.sluice.uring.memory.Statx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The workers at the limit of processes, and at their end. */
class EmulatedWorkersIT {
    @TempDir
    Path folder;

    private static final class Refused extends Thread {
        Refused(Runnable work) {
            super(work);
        }

        @Override
        public synchronized void start() {
            throw new OutOfMemoryError("unable to create native thread");
        }
    }

    private EmulatedRequest close(EmulatedWorkers workers, Path path) throws Exception {
        final EmulatedRequest request = new EmulatedRequest(workers, 0);
        request.begin(1L);
        request.opcode = Opcode.CLOSE;
        request.fd = Descriptors.open(path, OpenFlags.O_RDONLY);
        return request;
    }

    @Test
    void shouldStartMoreThreadsAgainWhenTheyCanBeHad() throws Exception {
        final boolean[] refused = new boolean[1];
        final AtomicInteger started = new AtomicInteger();
        final Path file = Files.createFile(folder.resolve("file"));
        final Epoll epoll = new Epoll();
        final EmulatedWorkers workers = new EmulatedWorkers(epoll, work -> {
            if (refused[0]) {
                return new Refused(work);
            }
            started.incrementAndGet();
            return new Thread(work);
        });
        try {
            assertThat(started.get()).as("one for reads, one for the rest").isEqualTo(2);
            refused[0] = true;
            workers.start(close(workers, file));
            await().until(workers::hasFinished); // by the one there is
            workers.takeFinished();
            refused[0] = false;

            await().until(() -> {
                workers.start(close(workers, file));
                return started.get() > 2;
            });
        } finally {
            workers.close();
            epoll.close();
        }
    }

    @Test
    void shouldFinishAnOperationWhoseCallThrows() throws Exception {
        final AtomicInteger told = new AtomicInteger();
        final Epoll epoll = new Epoll();
        final EmulatedWorkers workers = new EmulatedWorkers(epoll, work -> {
            final Thread thread = new Thread(work);
            thread.setUncaughtExceptionHandler((ended, thrown) -> told.incrementAndGet());
            return thread;
        });
        try {
            final EmulatedRequest request = new EmulatedRequest(workers, 0);
            request.begin(1L);
            request.opcode = Opcode.NOP; // nothing that a worker does: the call throws

            workers.start(request);

            await().until(workers::hasFinished);
            assertThat(workers.takeFinished()).isSameAs(request);
            assertThat(request.result).isEqualTo(-Errno.ENOMEM);
            await().untilAsserted(() -> assertThat(told).hasValue(1));
        } finally {
            workers.close();
            epoll.close();
        }
    }

    @Test
    void shouldLeaveClosesThatHaveNotBegunToAWorker() throws Exception {
        final Path fifo = folder.resolve("fifo");
        final Path file = Files.createFile(folder.resolve("file"));
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        final RingTester tester = RingTester.emulated(64, 256);
        tester.ring.registration().limitWorkers(1, 0);
        OpenHow.write(tester.bytes, 0, OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC, 0L, 0L);
        final int fd = Descriptors.open(file, OpenFlags.O_RDONLY);
        tester.ring.tryClaim().prepOpenat2(Statx.AT_FDCWD, tester.name(64, fifo.toString()), tester.address(0));
        tester.ring.submit();
        await().until(EmulatedWorkersIT::aWorkerOpens);
        tester.ring.tryClaim().prepClose(fd).flags(SqeFlags.ASYNC);
        tester.ring.submit();

        tester.ring.close();

        assertThat(Files.exists(Path.of("/proc/self/fd/" + fd)))
                .as("open until the only worker is free")
                .isTrue();
        final int writer = Descriptors.open(fifo, OpenFlags.O_RDWR | OpenFlags.O_NONBLOCK); // lets the open through
        await().until(() -> !Files.exists(Path.of("/proc/self/fd/" + fd)));
        Descriptors.close(writer);
    }

    private static boolean aWorkerOpens() {
        return Thread.getAllStackTraces().values().stream()
                .flatMap(Arrays::stream)
                .anyMatch(frame -> frame.getClassName().equals(Openat2Call.class.getName()));
    }
}
