// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.socket;

import dev.sluice.aio.operation.DescriptorOperation;

/**
 * A transfer on a socket, or a send whose success is of no interest: that has no event, and costs no turn of the queue. What it sends is its own,
 * and given back whatever comes of it. Failure and cancellation are told.
 */
abstract class QuietOperation extends DescriptorOperation {
    protected final SocketOperations sockets;

    /** What it was begun with is given back when it has ended. */
    private boolean ownsBuffers;

    private boolean quiet;

    QuietOperation(SocketOperations sockets) {
        super(sockets.io);
        this.sockets = sockets;
    }

    /** It is begun, and {@code isQuiet} if so. */
    protected final void setQuiet(boolean isQuiet) {
        quiet = isQuiet;
        ownsBuffers = isQuiet;
        if (isQuiet) {
            ((Connection) target).quietSends++;
        }
    }

    /** It has ended; before its release. */
    protected final void quietEnded() {
        if (ownsBuffers) {
            ((Connection) target).quietSends--;
        }
    }

    protected final boolean ownsBuffers() {
        return ownsBuffers;
    }

    /** Its success is told, too. */
    final void tell() {
        quiet = false;
    }

    protected final void endTransfer(int result, int flags) {
        if (quiet && result >= 0) {
            endSilently(result);
        } else {
            end(result, flags);
        }
    }
}
