// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.host;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * How long threads were ready to run and had no CPU: what is neither the server's doing nor the disk's.
 *
 * @see <a href="https://docs.kernel.org/scheduler/sched-stats.html">/proc/PID/schedstat</a>
 */
public final class RunQueue {
    private static final int WAITED_NS = 1;

    private RunQueue() {}

    /**
     * The time that the threads of a process and of those below it have waited for a CPU, without the compiler threads of a
     * JVM, which are {@linkplain CompilerThreads#postpone made} to wait.
     *
     * @param pid the process
     * @return nanoseconds since its start, of the threads that live
     * @throws IOException if it cannot be read
     */
    public static long waitedNs(long pid) throws IOException {
        final List<Long> pids;
        try (Stream<ProcessHandle> below = ProcessHandle.of(pid).stream().flatMap(ProcessHandle::descendants)) {
            pids = Stream.concat(Stream.of(pid), below.map(ProcessHandle::pid)).toList();
        }
        long waitedNs = 0;
        for (long each : pids) {
            try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/" + each + "/task"))) {
                for (Path thread : threads) {
                    waitedNs += waitedNs(thread);
                }
            }
        }
        return waitedNs;
    }

    private static long waitedNs(Path thread) throws IOException {
        try {
            if (CompilerThreads.isOne(thread)) {
                return 0;
            }
            return Long.parseLong(Files.readString(thread.resolve("schedstat")).split(" ", -1)[WAITED_NS]);
        } catch (IOException e) {
            if (Files.exists(thread)) {
                throw e;
            }
            return 0; // it has ended meanwhile
        }
    }
}
