// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.SqeFlags;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What the simulated ring's workers are busy with. */
class SimulatedWorkersTest {
    private static final long CLOSE_NS = 5_000_000L;

    @Test
    void shouldKeepAWorkerBusyWithACloseThatTakesTime() {
        final SimulatedRing ring = new SimulatedRing(1L, 64, 256, new SimulatedFaults() {
            @Override
            public long lastCloseNs(int sizeBytes, SplittableRandom random) {
                return CLOSE_NS;
            }
        });
        ring.enable();
        try (ring) {
            ring.registration().limitWorkers(1, 0);
            for (int i = 0; i < 2; i++) {
                ring.host().file("file" + i, new byte[1]);
                final int fd = ring.host().openFile("file" + i);
                ring.host().unlink("file" + i);
                ring.tryClaim().userData(i).prepClose(fd).flags(SqeFlags.ASYNC);
            }
            ring.submitAndWait(2, -1L);

            assertThat(ring.waitedForWorker()).isEqualTo(1L);
            assertThat(ring.nanoTime()).isEqualTo(2L * CLOSE_NS);
        }
    }
}
