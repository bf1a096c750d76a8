// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.load;

import java.nio.ByteBuffer;

/** One connection of a {@link ClientRing}, or the place of one that is opened with the next request. */
final class Connection {
    static final int CLOSED = -1;

    final int index;
    final Request request;
    final long requestAddress;
    final ReplyReader reply;

    int fd = CLOSED;

    /** A receive is under way in the kernel. */
    boolean receiving;

    /** The reply to what was sent last is in, and the server is to close. */
    boolean ending;

    /** When the request was due. */
    long intendedNs;

    Connection(int index, ByteBuffer requestMemory, long requestAddress, KnownHeader known) {
        this.index = index;
        this.request = new Request(requestMemory);
        this.requestAddress = requestAddress;
        this.reply = new ReplyReader(request, known);
    }
}
