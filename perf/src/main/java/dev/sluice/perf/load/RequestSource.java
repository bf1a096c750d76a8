// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.load;

/** Where a {@link LoadGenerator} takes its requests from; used by that generator's thread only. */
@FunctionalInterface
public interface RequestSource {

    /**
     * Writes the next request, headers and the empty line included, and what must come back.
     *
     * @param request empty, to be filled
     * @return false, with nothing written, when no request is left
     */
    boolean next(Request request);
}
