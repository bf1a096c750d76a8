// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.Ring;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.simulated.SimulatedFaults;
import dev.sluice.uring.simulated.SimulatedRing;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Descriptors of which it cannot be found out whether they can be polled. */
class DeclareInShortageTest {
    private final SimulatedRing ring = new SimulatedRing(1L, 64, 256, SimulatedFaults.NONE);
    private final ResourceContainer normal = ResourceContainer.root("normal");

    /** How many descriptors can be looked at. */
    private int checksLeft;

    private int errno;
    private final EventQueue events = EventQueue.over(shortRing(), EventQueueOptions.defaults());

    private Ring shortRing() {
        return (Ring) Proxy.newProxyInstance(
                Ring.class.getClassLoader(), new Class<?>[] {Ring.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("checkPollable") && checksLeft-- == 0) {
                        return -errno;
                    }
                    try {
                        return method.invoke(ring, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @AfterEach
    void close() {
        events.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM, Errno.ENOSPC})
    void shouldSayThatItIsAShortageAndDeclareNone(int shortage) {
        final int[] fds = {ring.host().open(), ring.host().open()};
        errno = shortage;
        checksLeft = 1;

        assertThatThrownBy(() -> events.declareInterest(fds, InterestOps.READABLE, normal, new Object[2]))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageEndingWith("declareInterest(descriptor " + fds[1] + ") failed: " + Errno.name(shortage)
                        + " (" + shortage + ")");

        assertThat(events.counters().interested()).isZero();
        checksLeft = 2;
        assertThat(events.declareInterest(fds, InterestOps.READABLE, normal, new Object[2]))
                .hasSize(2);
    }
}
