// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

/**
 * How long a client waits for whom.
 *
 * @param waitNs for a connection, while all that there may be are in use
 * @param connectNs until a server has taken a connection
 * @param responseNs until the head of a response is complete, once the server has the whole request; and how long it may take nothing of one
 * @param pieceNs until there is more of the content of a response, once somebody asks for it; who sends it piece by piece may take any time
 * @param idleNs a connection without a request is kept so long. Less than the servers have, which close it just as a request is sent
 */
public record ClientTimeouts(long waitNs, long connectNs, long responseNs, long pieceNs, long idleNs) {
    /** 5 s, 5 s, 30 s, 30 s, 15 s. */
    public static final ClientTimeouts USUAL =
            new ClientTimeouts(5_000_000_000L, 5_000_000_000L, 30_000_000_000L, 30_000_000_000L, 15_000_000_000L);

    /**
     * Checks them.
     *
     * @param waitNs above 0
     * @param connectNs above 0
     * @param responseNs above 0
     * @param pieceNs above 0
     * @param idleNs above 0
     * @throws IllegalArgumentException if one is not
     */
    public ClientTimeouts {
        HttpTimeouts.check("waitNs", waitNs);
        HttpTimeouts.check("connectNs", connectNs);
        HttpTimeouts.check("responseNs", responseNs);
        HttpTimeouts.check("pieceNs", pieceNs);
        HttpTimeouts.check("idleNs", idleNs);
    }
}
