// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.aio.AsyncIoOptions;
import dev.sluice.aio.LoopFileSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * A server whose kernel has no thread for a worker, and can have none. The kernel keeps the last one that it has, but for one: who idles for
 * five seconds on a processor that the ring's thread might not use when it got its first, as after the cpuset of a container was changed.
 */
@Tag("kernel-ring")
class NoWorkerIT {
    /** Twice what the kernel lets a worker idle for, and more. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int COLD_BYTES = 1 << 20;
    private static final Path CPUSETS = Path.of("/sys/fs/cgroup/cpuset");
    private static final Path PIDS = Path.of("/sys/fs/cgroup/pids");
    private static final Path OWN_THREAD = Path.of("/proc/thread-self");

    @TempDir
    Path directory;

    private final String name = "sluice-test-" + ProcessHandle.current().pid();
    private final Path processors = CPUSETS.resolve(name);
    private final Path threads = PIDS.resolve(name);
    private final Logger log = (Logger) LoggerFactory.getLogger(ServedFiles.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void makeGroups() throws IOException {
        assumeTrue(Files.isWritable(PIDS.resolve("tasks")), "needs root and the v1 pids controller at " + PIDS);
        assumeTrue(Files.isWritable(CPUSETS.resolve("tasks")), "needs the v1 cpuset controller at " + CPUSETS);
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "needs two processors");
        assumeTrue(!"emulated".equals(System.getProperty("sluice.ring")), "is about the workers of the kernel's ring");
        Files.createDirectory(threads);
        Files.createDirectory(processors);
        Files.writeString(processors.resolve("cpuset.mems"), Files.readString(CPUSETS.resolve("cpuset.mems")));
        Files.writeString(processors.resolve("cpuset.cpus"), "0");
        lines.start();
        log.addAppender(lines);
    }

    @AfterEach
    void removeGroups() throws IOException {
        log.detachAppender(lines);
        for (final Path group : new Path[] {threads, processors}) {
            if (Files.exists(group)) {
                // Also what the server's thread has started for others: the JVM's, and libraries'.
                final String process = Long.toString(ProcessHandle.current().pid());
                Files.writeString(group.resolveSibling("cgroup.procs"), process);
                await().until(() -> Files.readString(group.resolve("tasks")).isEmpty());
                Files.delete(group);
            }
        }
    }

    @Test
    void shouldAnswerReadsThatCannotBeBegunWithAStatusAndSayWhyOnce() throws Exception {
        final AtomicReference<String> owner = new AtomicReference<>();
        try (LoopFileSystem disk = LoopFileSystem.make(directory, 64L << 20)) {
            TestFiles.writeRandom(disk.root(), "cold", COLD_BYTES);
            disk.makeCold();
            try (RunningServer server =
                    RunningServer.of(disk.root(), o -> o, AsyncIoOptions.defaults(), () -> owner.set(join()))) {
                leaveItNoWorker(owner.get());
                Files.size(disk.root().resolve("cold")); // so that its open needs no worker, and its read does
                for (int i = 0; i < 3; i++) {
                    try (Client client = new Client(server.address())) {
                        final Response response = client.get("/cold").response();
                        assertThat(response.status()).isEqualTo(503);
                        assertThat(response.isLast()).isTrue();
                        assertThat(client.read()).isEqualTo(-1);
                    }
                }
                Files.writeString(threads.resolve("pids.max"), "max");
                try (Client client = new Client(server.address())) {
                    assertThat(client.get("/cold").response().body()).hasSize(COLD_BYTES);
                }
                server.awaitNothingHeld();
            }
        }
        assertThat(lines.list)
                .singleElement()
                .satisfies(line -> assertThat(line.getFormattedMessage()).contains("ENOWORKER", "pids.max"));
    }

    private void leaveItNoWorker(String owner) throws IOException {
        Files.writeString(processors.resolve("cpuset.cpus"), "1");
        await().atMost(PATIENCE).until(() -> workersOf(owner) == 0L);
        Files.writeString(threads.resolve("pids.max"), Files.readString(threads.resolve("pids.current")));
    }

    /** Puts the calling thread, and those that it starts, into the groups; returns its number. */
    private String join() {
        try {
            final String thread =
                    Files.readSymbolicLink(OWN_THREAD).getFileName().toString();
            Files.writeString(processors.resolve("tasks"), thread);
            Files.writeString(threads.resolve("tasks"), thread);
            return thread;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long workersOf(String thread) throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.filter(task -> commandOf(task).equals("iou-wrk-" + thread))
                    .count();
        }
    }

    private static String commandOf(Path task) {
        try {
            return Files.readString(task.resolve("comm")).strip();
        } catch (IOException e) {
            return ""; // it has ended
        }
    }
}
