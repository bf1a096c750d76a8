// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.kernel;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.uring.RingException;
import dev.sluice.uring.linux.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelRingTest {

    @ParameterizedTest
    @ValueSource(ints = {Errno.EINTR, Errno.ETIME, Errno.EAGAIN, Errno.EBUSY})
    void shouldLeaveItToTheQueuesWhenAnEnterWasCutShort(int errno) {
        assertThatCode(() -> KernelRing.checkEntered(1, 1, errno)).doesNotThrowAnyException();
    }

    @Test
    void shouldSayWhatALostCompletionMeans() {
        assertThatThrownBy(() -> KernelRing.checkEntered(3, 1, Errno.EBADR))
                .isInstanceOf(RingException.class)
                .hasFieldOrPropertyWithValue("errno", Errno.EBADR)
                .hasMessage(
                        "io_uring_enter(to_submit=3, min_complete=1) failed: EBADR (53): the kernel had no memory to keep a"
                                + " completion: an operation will never be seen to end");
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EEXIST, Errno.EBADFD, Errno.EBADF, Errno.EFAULT})
    void shouldThrowWhenTheRingIsBeyondUse(int errno) {
        assertThatThrownBy(() -> KernelRing.checkEntered(0, 0, errno))
                .isInstanceOf(RingException.class)
                .hasMessageContaining(Errno.name(errno) + " (" + errno + "): ");
    }
}
