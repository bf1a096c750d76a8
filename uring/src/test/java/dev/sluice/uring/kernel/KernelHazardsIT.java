// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.uring.SetupFlags;
import dev.sluice.uring.contract.RingTester;
import dev.sluice.uring.header.CProgram;
import dev.sluice.uring.linux.Errno;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel does when asked for things that we never ask it for, shown by C, and that we do not. */
class KernelHazardsIT {
    private static final String RING = "({ struct io_uring r; struct io_uring_params p = { .flags = %s };"
            + " int e = io_uring_queue_init_params(8, &r, &p); if (e == 0) { %s } e; })";

    @TempDir
    Path folder;

    private long inC(String setupFlags, String statements) throws IOException, InterruptedException {
        final CProgram program = new CProgram("liburing.h", "poll.h", "unistd.h", "errno.h", "pthread.h", "stdlib.h");
        program.link("uring");
        program.ask("result", RING.formatted(setupFlags, statements));
        final Map<String, Long> answers = program.run(folder);
        return answers.get("result");
    }

    @Test
    void levelTriggeredPollIsRefused() throws Exception {
        final long result = inC(
                "0",
                "int f[2]; e = pipe(f); struct io_uring_sqe *s = io_uring_get_sqe(&r); io_uring_prep_poll_add(s, f[0],"
                        + " POLLIN); s->len = 8; io_uring_submit(&r); struct io_uring_cqe *c; io_uring_wait_cqe(&r,"
                        + " &c); e = c->res;");

        assertThat(result).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void deferredTaskRunWithoutItsFlagHidesCompletionsFromAPeek() throws Exception {
        final String peekAfterWrite =
                "int f[2]; e = pipe(f); struct io_uring_sqe *s = io_uring_get_sqe(&r); io_uring_prep_poll_add(s, f[0],"
                        + " POLLIN); io_uring_submit(&r); e = write(f[1], \"x\", 1); struct io_uring_cqe *c;"
                        + " e = io_uring_peek_cqe(&r, &c);";

        assertThat(inC("IORING_SETUP_SINGLE_ISSUER | (1U << 13)", peekAfterWrite))
                .isEqualTo(-Errno.EAGAIN);
        assertThat(inC("IORING_SETUP_SINGLE_ISSUER | (1U << 13) | IORING_SETUP_TASKRUN_FLAG", peekAfterWrite))
                .isZero();
        try (RingTester tester = RingTester.open()) {
            final int flags = ((KernelRing) tester.ring).setupFlags();
            assertThat((flags & SetupFlags.DEFER_TASKRUN) == 0 || (flags & SetupFlags.TASKRUN_FLAG) != 0)
                    .as("setup flags 0x%x", flags)
                    .isTrue();
        }
    }

    @Test
    void timedSubmitAndWaitReturnsTheSubmittedCountAlthoughItTimedOut() throws Exception {
        final long result = inC(
                "0",
                "int f[2]; e = pipe(f); struct io_uring_sqe *s = io_uring_get_sqe(&r); io_uring_prep_poll_add(s, f[0],"
                        + " POLLIN); struct io_uring_cqe *c = NULL; struct __kernel_timespec t = { 0, 1000000 };"
                        + " e = io_uring_submit_and_wait_timeout(&r, &c, 1, &t, NULL);"
                        + " if (e >= 0 && io_uring_cq_ready(&r) == 0) e = 4711;");

        assertThat(result).as("success, and nothing completed").isEqualTo(4711L);
    }

    @Test
    void timedSubmitAndWaitOfNothingReturnsTheTimeOut() throws Exception {
        final long result = inC(
                "0",
                "struct io_uring_cqe *c = NULL; struct __kernel_timespec t = { 0, 1000000 };"
                        + " e = io_uring_submit_and_wait_timeout(&r, &c, 1, &t, NULL);");

        assertThat(result).isEqualTo(-Errno.ETIME);
    }

    @Test
    void singleIssuerRefusesASecondThread() throws Exception {
        final long result = inC(
                "IORING_SETUP_SINGLE_ISSUER",
                "void *submit(void *ring) { return (void *) (long) io_uring_submit(ring); }"
                        + " io_uring_prep_nop(io_uring_get_sqe(&r)); pthread_t second; void *refusal = NULL;"
                        + " pthread_create(&second, NULL, submit, &r); pthread_join(second, &refusal);"
                        + " e = (long) refusal;");

        assertThat(result).isEqualTo(-Errno.EEXIST);
    }

    @Test
    void submissionByASecondThreadIsRefusedInJavaBeforeTheKernelDoes() {
        try (RingTester tester = RingTester.open()) {
            final FutureTask<Void> second = new FutureTask<>(tester.ring::submit, null);
            new Thread(second, "second").start();

            assertThatThrownBy(second::get)
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("second");
        }
    }

    /** A library that does not know NO_SQARRAY writes an array of indexes where the four heads and tails are. */
    @Test
    void noSqarrayThroughALiburingThatDoesNotKnowItOverwritesHeadsAndTails() throws Exception {
        final long headAndTail = inC("1U << 16", "e = *r.cq.khead << 4 | *r.cq.ktail;");
        assumeThat(headAndTail).as("this kernel, or this liburing, avoids it").isPositive();

        assertThat(headAndTail).as("of a completion queue that is empty").isEqualTo(0x23L);
    }

    @Test
    void layoutsThatLiburingMayNotKnowAreNeverAskedForThroughIt() {
        try (RingTester tester = BindingKind.LIBURING.open()) {
            final KernelRing ring = (KernelRing) tester.ring;

            assertThat(ring.setupFlags() & SetupFlags.NO_SQARRAY)
                    .as("NO_SQARRAY through %s", ring.binding())
                    .isZero();
            assertThat(ring.setupFlags() >>> 17)
                    .as("mixed sizes and what came later, through %s", ring.binding())
                    .isZero();
        }
    }
}
