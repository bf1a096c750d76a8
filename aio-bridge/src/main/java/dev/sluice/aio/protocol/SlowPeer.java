// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.events.EventHandler;

/** Whether the peer is one that takes nothing for a second and more at a time. */
final class SlowPeer {
    private static final long STANDING_NS = 1_000_000_000L;

    private final Link link;
    private final Deadline timer;

    private boolean moved;
    private boolean slow;
    private long askedNs;

    /** {@code expired} asks {@link #standsStill}. */
    SlowPeer(Link link, EventHandler expired) {
        this.link = link;
        timer = new Deadline(link, expired);
    }

    boolean isSlow() {
        return slow;
    }

    /** Something waits behind what is being sent. */
    void watch() {
        if (!timer.isStarted()) {
            moved = false;
            timer.start(STANDING_NS);
        }
    }

    /** The peer has taken what was sent. */
    void moved() {
        moved = true;
    }

    /** The time is over: tells whether the peer has taken nothing since it began. */
    boolean standsStill() {
        slow |= !moved;
        return !moved;
    }

    /** The peer was asked whether it takes something. */
    void asked() {
        askedNs = link.events().nanoTime();
    }

    /** It does. */
    void answered() {
        slow &= link.events().nanoTime() - askedNs >= STANDING_NS;
    }

    void cancel() {
        timer.cancel();
    }
}
