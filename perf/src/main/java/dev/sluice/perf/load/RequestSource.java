// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.load;

import java.nio.ByteBuffer;

/** Where a {@link LoadGenerator} takes its requests from; used by that generator's thread only. */
public interface RequestSource {

    /**
     * Writes the next request, headers and the empty line included.
     *
     * @param request cleared buffer of {@link #REQUEST_BYTES} bytes; the caller flips it
     * @return false, with nothing written, when no request is left
     */
    boolean next(ByteBuffer request);

    /**
     * The length that every reply must have; another one is an error.
     *
     * @return bytes of the reply's body
     */
    int bodyLengthBytes();

    /** Room for one request. */
    int REQUEST_BYTES = 512;
}
