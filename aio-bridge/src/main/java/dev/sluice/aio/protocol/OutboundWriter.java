// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import java.nio.ByteBuffer;

/**
 * Something short that is written into a buffer when its turn to be sent has come and there is one: such as the head of a response. It holds no
 * memory while it waits.
 */
public interface OutboundWriter {
    /** What {@link #maxBytes} may be at most. */
    int MOST_BYTES = 4096;

    /**
     * Returns how much it may be. The same at each call, until it is written.
     *
     * @return bytes, from 1 to {@value #MOST_BYTES}
     */
    int maxBytes();

    /**
     * Writes it. Called once, or not at all if the connection is given up before.
     *
     * @param into from its position on, where at least {@link #maxBytes} remain; moved behind what was written, which may be nothing
     */
    void write(ByteBuffer into);
}
