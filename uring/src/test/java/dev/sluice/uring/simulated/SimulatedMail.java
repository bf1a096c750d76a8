// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.simulated;

import dev.sluice.uring.base.PostedCompletions;
import dev.sluice.uring.linux.Errno;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Messages from one {@link SimulatedRing} to another: who has which descriptor, and what has come. */
final class SimulatedMail {
    /** Above all descriptors of a host, so that no other kind has the number. */
    private static final int FIRST_FD = 1 << 30;

    private record Message(long userData, int result) {}

    private final SimulatedRing ring;
    private final List<SimulatedMail> neighbours;
    private final int fd;
    private final ArrayDeque<Message> received = new ArrayDeque<>();

    /** Of a ring that has a neighbour, or, with null, of the first. */
    SimulatedMail(SimulatedRing ring, SimulatedMail neighbour) {
        this.ring = ring;
        neighbours = neighbour == null ? new ArrayList<>() : neighbour.neighbours;
        fd = FIRST_FD + neighbours.size();
        neighbours.add(this);
    }

    int fd() {
        return fd;
    }

    boolean isEmpty() {
        return received.isEmpty();
    }

    void postTo(PostedCompletions completions) {
        while (!received.isEmpty()) {
            final Message message = received.poll();
            completions.postLast(message.userData, message.result);
        }
    }

    /** Carries out a MSG_RING; returns its result. */
    int send(SimulatedRequest request) {
        final int place = request.fd - FIRST_FD;
        if (place < 0 || place >= neighbours.size()) {
            return ring.host().find(request.fd) == null ? -Errno.EBADF : -Errno.EBADFD;
        }
        final SimulatedMail target = neighbours.get(place);
        if (target.ring.isClosed()) {
            return -Errno.EBADF;
        }
        if (!target.ring.isOwnerThread()) {
            return -Errno.EBADFD; // not enabled, or not by the one thread that simulated rings are for
        }
        target.received.add(new Message(request.offset, request.length));
        return 0;
    }
}
