// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.AsyncSocket;

/**
 * Whether the peer of one connection takes in what it is sent: counted by what it has acknowledged, since a send of 64 KiB tells
 * nothing before the last of them has found room in the kernel. The kernel is asked only of a connection on which nothing has
 * happened for an eighth of the time-out.
 *
 * <pre>
 *   last event   1/8                             9/8 of the time-out
 *       |---------|--- acknowledged meanwhile? ---|--- and again ---
 * </pre>
 */
final class Progress {
    /** Into how many steps a time-out is divided. */
    static final int STEPS = 8;

    private int steps;
    private long ackedBytes;

    /** Something has happened. */
    void restart() {
        steps = 0;
    }

    /** One step more without anything that has happened; returns how many there are. */
    int step() {
        return ++steps;
    }

    /** Tells whether the peer has taken in at least {@code leastBytes} in one time-out, or that has not passed yet. */
    boolean goesOn(AsyncSocket socket, long leastBytes) {
        if (steps > 1 && steps <= STEPS) {
            return true;
        }
        final long now = socket.ackedBytes();
        final boolean goesOn = steps == 1 || now - ackedBytes >= leastBytes;
        ackedBytes = now;
        steps = 1;
        return goesOn;
    }
}
