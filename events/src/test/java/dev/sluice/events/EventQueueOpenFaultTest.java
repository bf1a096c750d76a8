// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.uring.Ring;
import dev.sluice.uring.simulated.SimulatedFaults;
import dev.sluice.uring.simulated.SimulatedRing;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Goal: a queue that cannot be opened leaves nothing behind. Method: the 1st, 2nd, ... call of its ring fails until a run finishes; after
 * each, the ring is closed and the process has no more eventfds than before.
 */
class EventQueueOpenFaultTest {
    private static final class Injected extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final List<String> failed = new ArrayList<>();
    private int callsUntilFault;

    private Ring failing(SimulatedRing ring) {
        return (Ring) Proxy.newProxyInstance(
                Ring.class.getClassLoader(), new Class<?>[] {Ring.class}, (proxy, method, arguments) -> {
                    if (!method.getName().equals("close") && --callsUntilFault == 0) {
                        failed.add(method.getName());
                        throw new Injected();
                    }
                    return method.invoke(ring, arguments);
                });
    }

    @Test
    void shouldCloseTheRingAndLeaveNoDescriptorWhicheverCallFails() throws IOException {
        final long before = eventFds();
        boolean opened = false;
        for (int step = 1; !opened; step++) {
            final SimulatedRing ring = new SimulatedRing(1L, 8, 32, SimulatedFaults.NONE);
            callsUntilFault = step;
            try (EventQueue queue = EventQueue.overOwn(failing(ring), EventQueueOptions.defaults())) {
                callsUntilFault = 0;
                opened = queue.binding().equals("simulated");
                assertThat(eventFds()).as("that of an open queue is seen").isEqualTo(before + 1);
            } catch (Injected e) {
                assertThat(failed).hasSize(step);
            }
            assertThatIllegalStateException()
                    .isThrownBy(() -> ring.statistics().enters())
                    .withMessage("ring is closed");
            assertThat(eventFds()).as("left by a failing %s", failed).isEqualTo(before);
        }
        assertThat(failed).startsWith("enable").contains("nanoTime");
    }

    private static long eventFds() throws IOException {
        long count = 0;
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
            for (final Path fd : fds.toList()) {
                try {
                    if (Files.readSymbolicLink(fd).toString().equals("anon_inode:[eventfd]")) {
                        count++;
                    }
                } catch (NoSuchFileException e) {
                    // Closed meanwhile: the listing's own.
                }
            }
        }
        return count;
    }
}
