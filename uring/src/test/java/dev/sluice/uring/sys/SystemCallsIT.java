// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.PollMask;
import dev.sluice.uring.linux.SocketFlags;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Calls that fail, by whichever way this JVM makes them, beside the same by JNA. */
class SystemCallsIT {
    private static final int THREADS = 8;
    private static final int CALLS = 20_000;
    private static final int NO_FD = -1;

    /** Number and arguments of calls that fail, and why. */
    private static Map<long[], Integer> failing() {
        final Map<long[], Integer> calls = new LinkedHashMap<>();
        calls.put(call(SystemCallNumbers.SYS_CLOSE, NO_FD, 0L, 0L, 0L), Errno.EBADF);
        calls.put(call(SystemCallNumbers.SYS_READ, 0L, 1L, -1L, 0L), Errno.EFAULT);
        calls.put(call(SystemCallNumbers.SYS_STATX, -100L, 1L, 0L, 0L), Errno.EFAULT);
        calls.put(call(SystemCallNumbers.SYS_FCNTL, 1L, -1L, 0L, 0L), Errno.EINVAL);
        calls.put(call(1_000_000L, 0L, 0L, 0L, 0L), Errno.ENOSYS);
        return calls;
    }

    private static long[] call(long... numberAndArguments) {
        return numberAndArguments;
    }

    private static int make(long[] call) {
        return SystemCalls.call(call[0], call[1], call[2], call[3], call[4], 0L, 0L);
    }

    @Test
    void shouldReturnTheErrorThatJnaFinds() {
        failing().forEach((call, errno) -> {
            final long byJna = LibC.syscall(call[0], call[1], call[2], call[3], call[4], 0L, 0L);
            assertThat(LibC.orNegatedErrno(byJna)).isEqualTo(-errno);
            assertThat(make(call)).isEqualTo(-errno);
        });
    }

    /** Goal: no thread sees another's error. Method: each has one of its own, all at once. */
    @Test
    void shouldReturnEachThreadItsOwnError() throws Exception {
        final List<Map.Entry<long[], Integer>> calls = new ArrayList<>(failing().entrySet());
        final CyclicBarrier together = new CyclicBarrier(THREADS);
        final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            final List<Future<Integer>> wrong = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                final Map.Entry<long[], Integer> own = calls.get(thread % calls.size());
                wrong.add(threads.submit((Callable<Integer>) () -> {
                    together.await(1L, TimeUnit.MINUTES);
                    int count = 0;
                    for (int i = 0; i < CALLS; i++) {
                        count += make(own.getKey()) == -own.getValue() ? 0 : 1;
                    }
                    return count;
                }));
            }
            for (final Future<Integer> each : wrong) {
                assertThat(each.get()).isZero();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void shouldMoveBytesThroughASocketAndTellOfItsReadiness() {
        final Scratch scratch = Scratch.current();
        final long memory = scratch.address();
        LibC.socketpair(LibC.AF_UNIX, LibC.SOCK_STREAM | SocketFlags.SOCK_CLOEXEC, 0, memory);
        final int here = scratch.view().getInt(0);
        final int there = scratch.view().getInt(Integer.BYTES);

        assertThat(poll(here)).isZero();
        assertThat(SocketCalls.recv(here, memory, 8L, SocketFlags.MSG_DONTWAIT)).isEqualTo(-Errno.EAGAIN);
        assertThat(SocketCalls.send(there, memory, 8L, 0)).isEqualTo(8);
        assertThat(poll(here)).isEqualTo(1);
        assertThat(SystemCalls.read(here, memory, 16L)).isEqualTo(8);
        assertThat(SystemCalls.close(there)).isZero();
        assertThat(SystemCalls.read(here, memory, 16L)).isZero();
        assertThat(SystemCalls.close(here)).isZero();
    }

    private static int poll(int fd) {
        final Scratch scratch = Scratch.current();
        scratch.view().putInt(PollfdLayout.FD, fd).putShort(PollfdLayout.EVENTS, (short) PollMask.POLLIN);
        return SystemCalls.pollNow(scratch.address(), 1L);
    }
}
