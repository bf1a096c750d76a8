// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.socket;

import dev.sluice.aio.operation.IoContext;
import java.util.ArrayDeque;
import java.util.Queue;

/** The quiet sends of one socket, and the receives that wait for their end. */
final class QuietSends {
    private final IoContext io;
    private int count;

    /** Null until one had to wait. */
    private Queue<SocketTransfer> receives;

    QuietSends(IoContext io) {
        this.io = io;
    }

    void began() {
        count++;
    }

    /** May be called while completions are drained. */
    void ended() {
        if (--count > 0 || receives == null) {
            return;
        }
        SocketTransfer receive;
        while ((receive = receives.poll()) != null) {
            io.submitSoon(receive);
        }
    }

    void submitBehind(SocketTransfer receive) {
        if (count == 0) {
            receive.submit();
            return;
        }
        if (receives == null) {
            receives = new ArrayDeque<>(1);
        }
        receives.add(receive);
    }

    /** It is about to end, if it has waited here. */
    void forget(SocketTransfer receive) {
        if (receives != null) {
            receives.remove(receive);
        }
    }
}
