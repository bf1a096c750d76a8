// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import java.nio.ByteBuffer;

/** Takes the content of a body as far as it wants it now: the one who pulls. */
@FunctionalInterface
public interface BodySink {
    /**
     * Takes content where it lies. What is not taken is offered again by the next read.
     *
     * @param content the received buffer itself, narrowed to content: from its position, which is moved past what is taken, to its
     *     limit; valid during the call. There is at least one byte
     * @return true if more is wanted now, which is believed only of who took everything; false if nothing further is to be consumed
     */
    boolean take(ByteBuffer content);
}
