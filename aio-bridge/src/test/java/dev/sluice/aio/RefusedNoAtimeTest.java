// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.events.EventBatch;
import dev.sluice.events.EventQueue;
import dev.sluice.events.EventQueueOptions;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.simulated.SimulatedFaults;
import dev.sluice.uring.simulated.SimulatedRing;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Files of somebody else, of which the kernel does not permit to spare the access time. */
class RefusedNoAtimeTest {
    private int opens;

    private final SimulatedRing ring = new SimulatedRing(1L, 64, 256, new SimulatedFaults() {
        @Override
        public int errno(long sequence, int opcode, SplittableRandom random) {
            return opcode == Opcode.OPENAT2 && opens++ == 0 ? Errno.EPERM : 0;
        }
    });

    @Test
    void shouldOpenAnotherOnesFileAllTheSameAndNotAskAgainSoon() throws Exception {
        try (EventQueue events = EventQueue.over(ring, EventQueueOptions.defaults());
                RootDirectory root = RootDirectory.open(Path.of("/"))) {
            final AsyncIo io = AsyncIo.on(events);
            final ResourceContainer container = ResourceContainer.root("container");
            ring.host().file("file", new byte[1]);
            for (int i = 0; i < 3; i++) {
                final AsyncFile file = io.newFile();
                file.open(root, "file", OpenOptions.READ, container, null);
                assertThat(resultOfNext(events)).isNotNegative();
                file.discard();
                events.dequeueNextEvents(1, 0, 0L);
            }
            assertThat(opens).as("one that was refused, and three").isEqualTo(4);
        }
    }

    private static int resultOfNext(EventQueue events) {
        final EventBatch batch = events.dequeueNextEvents(1, 0, -1L);
        final Event event = batch.next();
        final int result = event.result();
        assertThat(batch.next()).isNull();
        return result;
    }
}
