// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RunQueueTest {
    private static final long WAITED_NS = TimeUnit.MILLISECONDS.toNanos(20);

    @Test
    void shouldCountTheTimeInWhichAnotherProcessHadTheCpu() throws Exception {
        assumeTrue(Commands.find("taskset").isPresent(), "taskset is not installed");
        final Process spinning = spin();
        final Process besideIt = spin();
        try {
            await().atMost(10, TimeUnit.SECONDS)
                    .untilAsserted(
                            () -> assertThat(RunQueue.waitedNs(spinning.pid())).isGreaterThan(WAITED_NS));
        } finally {
            spinning.destroyForcibly().waitFor();
            besideIt.destroyForcibly().waitFor();
        }
    }

    /** On CPU 0, for no longer than the test may take. */
    private static Process spin() throws IOException {
        return new ProcessBuilder("taskset", "-c", "0", "sh", "-c", "ulimit -t 10; while :; do :; done").start();
    }
}
