// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.reaping;

import dev.sluice.events.table.UserData;
import dev.sluice.uring.linux.Errno;

/** Closes that have no slot: whatever comes of one, there is nobody to tell. */
final class Discards {
    private final Claims claims;
    private final CloserThread closer;
    private int underWay;

    Discards(Claims claims, CloserThread closer) {
        this.claims = claims;
        this.closer = closer;
    }

    /** Closes {@code fd} with the next enter. */
    void begin(int fd) {
        claims.claimForDiscard()
                .userData(UserData.encodeDiscard(fd))
                .prepClose(fd)
                .flags(0);
        underWay++;
    }

    void completed(int fd, int result) {
        underWay--;
        if (result == -Errno.ECANCELED) {
            closer.close(fd); // cancelled on a worker before it began: the descriptor is still there
        }
    }

    int underWay() {
        return underWay;
    }
}
