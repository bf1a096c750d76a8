// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

/** How fast a body comes in while it is awaited: who sends a byte now and then holds a place as long as he likes, and is not slow but hostile. */
final class BodyPace {
    private static final double NS_PER_S = 1e9;

    private final HttpTimeouts timeouts;
    private long awaitedNs;
    private long sinceNs;
    private long cameBytes;

    BodyPace(HttpTimeouts timeouts) {
        this.timeouts = timeouts;
    }

    /** Another body. */
    void begin() {
        awaitedNs = 0L;
        cameBytes = 0L;
    }

    long cameBytes() {
        return cameBytes;
    }

    void await(long nowNs) {
        sinceNs = nowNs;
    }

    /** Tells whether it is still fast enough: the time of a request is given to everybody, and then so much a second is asked for. */
    boolean came(int lengthBytes, long nowNs) {
        awaitedNs += nowNs - sinceNs;
        cameBytes += lengthBytes;
        return awaitedNs <= timeouts.requestNs() || cameBytes >= timeouts.minBytesPerSecond() * (awaitedNs / NS_PER_S);
    }
}
