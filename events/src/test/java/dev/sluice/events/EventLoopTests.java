// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import java.util.ArrayList;
import java.util.List;

/** Runs a loop on the real kernel, with pipes as descriptors, and notes what it called. */
abstract class EventLoopTests extends EventQueueFixture {
    final List<Object> handled = new ArrayList<>();
    final List<String> failures = new ArrayList<>();
    EventLoop loop;

    /** Ends the loop when nothing came within a tenth of a second; counts turns, and what each of them handled. */
    class UntilQuiet implements TurnHook {
        final List<Integer> handledByTurn = new ArrayList<>();
        private int before;
        private boolean waited;

        @Override
        public void betweenTurns() {
            if (waited) {
                handledByTurn.add(handled.size() - before);
                if (handled.size() == before) {
                    loop.stop();
                }
            }
            before = handled.size();
        }

        @Override
        public long maxWaitNs() {
            waited = true;
            return SECOND_NS / 10;
        }
    }

    final EventLoopOptions options() {
        return EventLoopOptions.defaults()
                .withHandler(event -> handled.add(event.attachment()))
                .withErrorHandler((event, e) -> failures.add(event.attachment() + ": " + e.getMessage()));
    }

    final void run(EventLoopOptions options) {
        loop = new EventLoop(events, options);
        loop.run();
    }

    static void spin(long durationNs) {
        final long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < durationNs) {
            Thread.onSpinWait();
        }
    }
}
