// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

/**
 * How long a client, and what answers it, may take.
 *
 * @param idleNs a connection without a request is closed after that
 * @param requestNs within which a request that was begun must be complete
 * @param responseNs within which an answer must begin, a disk give a piece of it, and the client take in what is asked of it
 * @param lingerNs how long the client's last bytes are awaited after all was sent and the server has ended its side
 * @param minBytesPerSecond that a client must take in, on average over {@code responseNs}
 */
public record HttpTimeouts(long idleNs, long requestNs, long responseNs, long lingerNs, long minBytesPerSecond) {
    /** 60 s, 10 s, 30 s, 2 s, 512 bytes. */
    public static final HttpTimeouts USUAL =
            new HttpTimeouts(60_000_000_000L, 10_000_000_000L, 30_000_000_000L, 2_000_000_000L, 512L);

    /**
     * Checks them.
     *
     * @param idleNs above 0
     * @param requestNs above 0
     * @param responseNs above 0
     * @param lingerNs above 0
     * @param minBytesPerSecond at least 1
     * @throws IllegalArgumentException if one is not
     */
    public HttpTimeouts {
        check("idleNs", idleNs);
        check("requestNs", requestNs);
        check("responseNs", responseNs);
        check("lingerNs", lingerNs);
        check("minBytesPerSecond", minBytesPerSecond);
    }

    static void check(String name, long value) {
        if (value < 1L) {
            throw new IllegalArgumentException(name + " must be at least 1: " + name + "=" + value);
        }
    }

    /** What a client must have taken in within the time of a response. */
    long leastTakenBytes() {
        return Math.max(1L, (long) (minBytesPerSecond * (responseNs / 1e9)));
    }
}
