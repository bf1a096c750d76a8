// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.aio.IoBuffer;
import dev.sluice.events.Event;
import dev.sluice.events.EventHandler;
import dev.sluice.events.Timer;
import dev.sluice.uring.linux.Errno;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Waits for a block, also while the system has no memory for one: then it is asked for again after a pause. In flight until the block is had.
 */
final class BlockWait {
    /** Until a system that had no memory is asked again. */
    private static final long PAUSE_NS = 100_000_000L;

    private final InFlight wire;
    private final InFlight.Start lease;
    private final Consumer<@Nullable IoBuffer> had;
    private final EventHandler leased = this::leased;

    /** Null until the system has no memory. */
    private @Nullable Timer pause;

    private boolean givenUp;

    /** {@code had} is told the block, or null if the wait was cancelled or given up. */
    BlockWait(InFlight wire, InFlight.Start lease, Consumer<@Nullable IoBuffer> had) {
        this.wire = wire;
        this.lease = lease;
        this.had = had;
    }

    void begin() {
        wire.start(lease, leased);
    }

    /** The system is not asked again. */
    void giveUp() {
        givenUp = true;
    }

    private void leased(Event event) {
        if (event.errno() == Errno.ENOMEM && !givenUp) {
            wire.hold();
            if (pause == null) {
                pause = wire.newTimer(ended -> pauseEnded());
            }
            pause.start(PAUSE_NS);
        } else {
            had.accept(event.failed() ? null : (IoBuffer) event.message());
        }
    }

    private void pauseEnded() {
        wire.letGo();
        if (givenUp) {
            had.accept(null);
        } else {
            begin();
        }
    }
}
