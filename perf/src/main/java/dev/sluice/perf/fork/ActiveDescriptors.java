// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import java.io.IOException;

/** Many descriptors that somebody is interested in, few of which ever become ready; one thread. */
interface ActiveDescriptors extends AutoCloseable {
    /** Makes every active descriptor ready. */
    void signalAll() throws IOException;

    /**
     * Waits for readiness and takes what there is.
     *
     * @return how many descriptors were reported
     */
    int dequeue() throws IOException;

    /** Makes no descriptor ready again. */
    void resetAll() throws IOException;

    @Override
    void close() throws IOException;
}
