// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.PollMask;
import dev.sluice.uring.linux.SocketFlags;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls that fail, by whichever way this JVM makes them, beside the same by JNA. */
class SystemCallsIT {
    private static final int THREADS = 8;
    private static final int CALLS = 20_000;

    /** A call that fails, and why. */
    private enum Failing {
        CLOSE(Errno.EBADF, SystemCallNumbers.SYS_CLOSE, -1L, 0L, 0L),
        STATX(Errno.EFAULT, SystemCallNumbers.SYS_STATX, -100L, 1L, 0L),
        FCNTL(Errno.EINVAL, SystemCallNumbers.SYS_FCNTL, 1L, -1L, 0L),
        ABSENT(Errno.ENOSYS, 1_000_000L, 0L, 0L, 0L);

        final int errno;
        private final long number;
        private final long first;
        private final long second;
        private final long third;

        Failing(int errno, long number, long first, long second, long third) {
            this.errno = errno;
            this.number = number;
            this.first = first;
            this.second = second;
            this.third = third;
        }

        int make() {
            return SystemCalls.call(number, first, second, third, 0L, 0L, 0L);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldReturnTheErrorThatJnaFinds(Failing call) {
        final long byJna = LibC.syscall(call.number, call.first, call.second, call.third, 0L, 0L, 0L);
        assertThat(LibC.orNegatedErrno(byJna)).isEqualTo(-call.errno);
        assertThat(call.make()).isEqualTo(-call.errno);
    }

    /** Goal: no thread sees another's error. Method: each has one of its own, all at once. */
    @Test
    void shouldReturnEachThreadItsOwnError() throws Exception {
        final CyclicBarrier together = new CyclicBarrier(THREADS);
        final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            final List<Future<Integer>> wrong = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                final Failing own = Failing.values()[thread % Failing.values().length];
                wrong.add(threads.submit(() -> {
                    together.await(1L, TimeUnit.MINUTES);
                    int count = 0;
                    for (int i = 0; i < CALLS; i++) {
                        count += own.make() == -own.errno ? 0 : 1;
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
