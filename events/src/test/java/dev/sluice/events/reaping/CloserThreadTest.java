// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.reaping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.Closing;
import dev.sluice.uring.call.Descriptors;
import org.junit.jupiter.api.RepeatedTest;

class CloserThreadTest {
    private static final int FILES = 64;

    @RepeatedTest(20)
    void shouldHaveClosedWhatClosesAtOnceThoughTheTimeIsOver() {
        final CloserThread closer = new CloserThread();
        for (int i = 0; i < FILES; i++) {
            closer.close(Descriptors.eventFd());
        }
        final Closing closing = new Closing("closing failed");

        assertThat(closer.end(-1L, closing)).isZero();

        closing.end();
    }
}
