// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.uring.RingOptions;
import dev.sluice.uring.RingUnavailableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That a user can insist on a ring. What happens where io_uring is refused is tested with the file server, which has a log. */
class RingChoiceIT {
    private String before;

    @BeforeEach
    void remember() {
        before = System.getProperty(RingChoice.PROPERTY);
    }

    @AfterEach
    void restore() {
        if (before == null) {
            System.clearProperty(RingChoice.PROPERTY);
        } else {
            System.setProperty(RingChoice.PROPERTY, before);
        }
    }

    private static String bindingWith(String insisted) {
        System.setProperty(RingChoice.PROPERTY, insisted);
        try (EventQueue queue = EventQueue.open()) {
            return queue.binding();
        }
    }

    @Test
    void shouldOpenTheEmulatedRingIfInsistedOn() {
        assertThat(bindingWith(RingChoice.EMULATED)).startsWith("epoll and ");
    }

    @Test
    void shouldOpenTheKernelsRingIfInsistedOnAndElseUnlessItIsRefused() {
        final String kernels;
        try {
            kernels = bindingWith(RingChoice.KERNEL);
        } catch (RingUnavailableException e) {
            Assumptions.abort("no io_uring here: " + e.getMessage());
            throw e;
        }
        assertThat(kernels).doesNotStartWith("epoll");
        System.clearProperty(RingChoice.PROPERTY);
        try (EventQueue queue = EventQueue.open()) {
            assertThat(queue.binding()).isEqualTo(kernels);
        }
    }

    @Test
    void shouldRefuseAnyOtherName() {
        System.setProperty(RingChoice.PROPERTY, "aio");

        assertThatThrownBy(() -> RingChoice.open(RingOptions.defaults()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("-Dsluice.ring must be kernel or emulated: aio");
    }
}
