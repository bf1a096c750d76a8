// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import dev.sluice.uring.testing.OpenDescriptors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of a thread that says it waits. That of a thread blocked by a disk is shown where there is a slow one. */
class WaitWatchIT {
    private static final long MS = 1_000_000L;

    @Test
    void shouldTellWaitingFromBeingOnTheProcessor() {
        try (WaitWatch watch = WaitWatch.ofThisThread()) {
            watch.begins();
            final long startNs = System.nanoTime();
            while (System.nanoTime() - startNs < 300L * MS) {
                Thread.onSpinWait();
            }
            assertThat(watch.ended()).as("of 300 ms of work").isBetween(50L * MS, 310L * MS);

            watch.begins();
            sleep(200L * MS);
            assertThat(watch.ended()).as("of a wait").isLessThan(5L * MS);
            assertThat(watch.where()).isEmpty();
        }
    }

    /** As a server does that has no rest: each look finds an enter that is at work, another each time. */
    @Test
    void shouldLeaveTheProcessorToAThreadWhoseEntersAreShort() throws IOException {
        final Set<Path> others = watchers(); // one that was closed may not have ended yet
        try (WaitWatch watch = WaitWatch.ofThisThread()) {
            final Path watcher = await().until(
                            () -> {
                                final Set<Path> started = watchers();
                                started.removeAll(others);
                                return started;
                            },
                            started -> started.size() == 1)
                    .iterator()
                    .next();
            final long before = sleepsOf(watcher);
            final long startNs = System.nanoTime();
            while (System.nanoTime() - startNs < 1_000L * MS) {
                watch.begins();
                final long enteredNs = System.nanoTime();
                while (System.nanoTime() - enteredNs < MS / 10L) {
                    Thread.onSpinWait();
                }
                watch.ended();
            }
            assertThat(sleepsOf(watcher) - before)
                    .as("times that the watcher ran in a second")
                    .isBetween(5L, 100L);
        }
    }

    private static long sleepsOf(Path watcher) throws IOException {
        return Files.readAllLines(watcher.resolve("status")).stream()
                .filter(line -> line.startsWith("voluntary_ctxt_switches:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    private static Set<Path> watchers() throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            return threads.filter(WaitWatchIT::isWatcher).collect(Collectors.toSet());
        }
    }

    private static boolean isWatcher(Path thread) {
        try {
            return Files.readString(thread.resolve("comm")).startsWith("watch-");
        } catch (IOException e) {
            return false; // has ended
        }
    }

    @Test
    void shouldLetGoOfWhatItHasAndEndItsThread() throws IOException, InterruptedException {
        final Set<Thread> others = Thread.getAllStackTraces().keySet();
        final List<String> before = OpenDescriptors.now();
        final WaitWatch watch = WaitWatch.ofThisThread();
        final Thread watcher = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName()
                        .equals("watch-" + Thread.currentThread().getName()))
                .filter(thread -> !others.contains(thread))
                .findFirst()
                .orElseThrow();
        assertThat(OpenDescriptors.since(before)).hasSize(2);

        watch.close();
        watch.close();

        assertThat(OpenDescriptors.since(before)).isEmpty();
        watcher.join(10_000L);
        assertThat(watcher.isAlive()).isFalse();
    }

    /** A kernel without CONFIG_SCHED_INFO: it has the one file and not the other. */
    @Test
    void shouldLeaveNothingOpenWhereItCannotWatch(@TempDir Path task) throws IOException {
        Files.writeString(task.resolve("stat"), "1 (x) S");
        assertThatIOException().isThrownBy(() -> WaitWatch.of(task));
        final List<String> before = OpenDescriptors.now();

        for (int i = 0; i < 10; i++) {
            assertThatIOException().isThrownBy(() -> WaitWatch.of(task));
        }

        assertThat(OpenDescriptors.since(before)).isEmpty();
    }

    private static void sleep(long durationNs) {
        final long startNs = System.nanoTime();
        long leftNs = durationNs;
        while (leftNs > 0L) {
            LockSupport.parkNanos(leftNs);
            leftNs = durationNs - (System.nanoTime() - startNs);
        }
    }
}
