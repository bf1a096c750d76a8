// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CompilerThreadsTest {
    /** Behind the command's name in brackets, which may hold blanks, field 41 of stat is the 39th. */
    private static final int POLICY = 38;

    private static final int SCHED_IDLE = 5;
    private static final long SPIN_NS = TimeUnit.MILLISECONDS.toNanos(100);

    @Test
    void shouldCountWhatTheCompilersOfThisProcessTakeAndNoMore() throws Exception {
        final OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        final long pid = ProcessHandle.current().pid();
        final long processFromNs = process.getProcessCpuTime();
        final long compilersFromNs = CompilerThreads.cpuNs(pid);
        final long spinFromNs = threads.getCurrentThreadCpuTime();
        long spunNs = 0L;
        while (spunNs < SPIN_NS) {
            spunNs = threads.getCurrentThreadCpuTime() - spinFromNs;
        }
        final long compilersNs = CompilerThreads.cpuNs(pid) - compilersFromNs;
        final long processNs = process.getProcessCpuTime() - processFromNs;

        assertThat(compilersFromNs).as("a JVM that runs tests has compiled").isPositive();
        assertThat(compilersNs).isBetween(0L, processNs - spunNs);
    }

    /** In a JVM of its own: this one goes on compiling. */
    @Test
    void shouldMakeTheCompilersOfAProcessIdleAndLeaveItsOtherThreads() throws Exception {
        final Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        final Process waiting = new ProcessBuilder(
                        java.toString(), "-cp", System.getProperty("java.class.path"), Waiting.class.getName())
                .redirectErrorStream(true)
                .start();
        try {
            assertThat(waiting.getInputStream().read()).isEqualTo('.');

            CompilerThreads.postpone(waiting.pid());

            int compilers = 0;
            int others = 0;
            try (DirectoryStream<Path> threads =
                    Files.newDirectoryStream(Path.of("/proc/" + waiting.pid() + "/task"))) {
                for (Path thread : threads) {
                    if (Files.readString(thread.resolve("comm")).contains("Compiler")) {
                        compilers++;
                        assertThat(policyOf(thread)).isEqualTo(SCHED_IDLE);
                    } else {
                        others++;
                        assertThat(policyOf(thread)).isZero();
                    }
                }
            }
            assertThat(compilers).isPositive();
            assertThat(others).isPositive();
        } finally {
            waiting.getOutputStream().close();
            assertThat(waiting.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static int policyOf(Path thread) throws IOException {
        final String stat = Files.readString(thread.resolve("stat"));
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[POLICY]);
    }

    /** Says that it runs, and does so until its input ends. */
    static final class Waiting {
        private Waiting() {}

        public static void main(String[] arguments) throws IOException {
            System.out.print('.');
            System.out.flush();
            assertThat(System.in.read()).isEqualTo(-1);
        }
    }
}
