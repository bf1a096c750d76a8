// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import java.io.IOException;

/** Serves a backlog of low events that never shrinks, on the calling thread. */
interface LowBacklog extends AutoCloseable {
    /** Makes the urgent descriptor ready. From the thread that sends. */
    void sendUrgent() throws IOException;

    /** Serves until {@code urgent} has been told of enough. */
    void serve(UrgentSamples urgent) throws IOException;

    @Override
    void close() throws IOException;
}
