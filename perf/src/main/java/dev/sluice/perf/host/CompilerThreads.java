// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.host;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The just-in-time compiler of a JVM that is measured on one CPU. It has done its work when the warm-up ends; what it
 * compiles once more after that would take half the CPU, for a tenth of a second at a time, from the one thread that is
 * measured. From then on it gets what that thread leaves.
 */
public final class CompilerThreads {
    private static final int RAN_NS = 0;

    private CompilerThreads() {}

    /**
     * Has the compiler threads of a process run only while nobody else wants their CPU, and give it up at once: with the lowest
     * of the ordinary priorities they keep it for their slice, some milliseconds. Does nothing to a process that has none.
     *
     * @param pid the process
     * @throws IOException if its threads cannot be read, or chrt fails
     * @see <a href="https://man7.org/linux/man-pages/man7/sched.7.html">sched(7), SCHED_IDLE</a>
     */
    public static void postpone(long pid) throws IOException {
        final String chrt = Commands.require("chrt");
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads) {
                postpone(chrt, thread);
            }
        }
    }

    /**
     * The CPU time that the compiler threads of a process have taken. One that has ended is forgotten with what it took: a JVM with two CPUs
     * has one for each of its compilers, and keeps it.
     *
     * @param pid the process
     * @return nanoseconds since its start, of the threads that live
     * @throws IOException if it cannot be read
     * @see <a href="https://docs.kernel.org/scheduler/sched-stats.html">/proc/PID/schedstat</a>
     */
    public static long cpuNs(long pid) throws IOException {
        long cpuNs = 0L;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads) {
                cpuNs += cpuNs(thread);
            }
        }
        return cpuNs;
    }

    private static long cpuNs(Path thread) throws IOException {
        try {
            return isOne(thread)
                    ? Long.parseLong(
                            Files.readString(thread.resolve("schedstat")).split(" ", -1)[RAN_NS])
                    : 0L;
        } catch (IOException e) {
            if (Files.exists(thread)) {
                throw e;
            }
            return 0L; // it has ended meanwhile
        }
    }

    private static void postpone(String chrt, Path thread) throws IOException {
        try {
            if (isOne(thread)) {
                Commands.run(chrt, "--idle", "--pid", "0", thread.getFileName().toString());
            }
        } catch (IOException e) {
            if (Files.exists(thread)) {
                throw e;
            } // else it has ended: a JVM has as many as it has work for
        }
    }

    /** Tells by its directory below /proc whether a thread is one. */
    static boolean isOne(Path thread) throws IOException {
        final String name = Files.readString(thread.resolve("comm"));
        return name.startsWith("C1 Compiler") || name.startsWith("C2 Compiler");
    }
}
