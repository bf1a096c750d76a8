// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.IoBuffer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Something to be sent: a buffer, or bytes of the heap that need one at their turn, or a range of a file. Used again and again. */
final class OutboundItem {
    /** To be sent and released; null if it is something else. */
    @Nullable
    IoBuffer buffer;

    /** What is still to be copied; null if it is something else. */
    @Nullable
    ByteBuffer bytes;

    /** To be read from; null if it is something else. */
    @Nullable
    AsyncFile file;

    long position;
    long lengthBytes;

    @Nullable
    Runnable whenLetGo;

    /** What it adds to the bytes that are queued, as long as they are not sent. */
    long countedBytes;

    void clear() {
        buffer = null;
        bytes = null;
        file = null;
        whenLetGo = null;
    }
}
