// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.uring.linux.Errno;

/** What is received on a connection: one receive at a time, or a watch for the end of a peer from whom nothing is received. */
final class Intake {
    private final Transport transport;

    /** A receive is under way. */
    private boolean receiving;

    /** It was asked to end, in vain: if that stops it, it is begun again. */
    private boolean askedToEnd;

    private boolean watched;
    private boolean ended;

    Intake(Transport transport) {
        this.transport = transport;
    }

    void receive() {
        if (!receiving) {
            receiving = true;
            transport.receive();
        }
    }

    /** Nothing is to be received for now: asks to be told if the peer resets the connection. */
    void watch() {
        if (!receiving && !watched) {
            watched = true;
            transport.watch();
        }
    }

    /** What is under way was asked to end, and is to go on after all. */
    void goOn() {
        watched = false; // the watch may be one of those that were stopped
        askedToEnd = receiving; // and so may this
    }

    void came() {
        receiving = false;
        askedToEnd = false;
    }

    /** Tells whether it was stopped for no reason that there is any more. */
    boolean isStoppedInVain(int result) {
        final boolean inVain = askedToEnd && (result == -Errno.ECANCELED || result == -Errno.EINTR);
        came();
        return inVain;
    }

    void end() {
        ended = true;
    }

    /** Tells whether nothing more comes. */
    boolean hasEnded() {
        return ended;
    }
}
