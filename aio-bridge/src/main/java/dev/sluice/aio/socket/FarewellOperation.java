// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.socket;

import dev.sluice.aio.operation.DescriptorOperation;
import dev.sluice.containers.spi.Charging;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.SocketFlags;

/**
 * One of two parts of what comes before the close of a connection that is to lose nothing. The one receives for nothing until the peer ends
 * its side: to close with bytes unread would reset the connection, and take from the peer what it has not read. It receives while sends are
 * under way, too, since a peer may read only when it has sent all. The other part ends the sending side when the sends have ended.
 *
 * <p>It ends silently: the event of the close tells what became of it.
 */
final class FarewellOperation extends DescriptorOperation {
    private final SocketOperations sockets;
    private boolean receives;
    private boolean cutShort;

    FarewellOperation(SocketOperations sockets) {
        super(sockets.io);
        this.sockets = sockets;
    }

    void receiveForNothing() {
        receives = true;
        io.submitSoon(this);
    }

    void shutDown() {
        receives = false;
        io.submitSoon(this);
    }

    @Override
    protected boolean isFarewell() {
        return true;
    }

    @Override
    protected boolean isAwaitedByClose() {
        return true;
    }

    /** Ended by the close alone. */
    @Override
    public boolean isCancellable() {
        return false;
    }

    @Override
    protected void cutShort() {
        if (cutShort) {
            return;
        }
        cutShort = true;
        ((Connection) target).doesNotShutDown(this);
        if (isSubmitted()) {
            io.port().pause(this);
        } else {
            withdrawFromSubmissions();
            endSilently(-Errno.ECANCELED);
        }
    }

    @Override
    protected void withdrawn() {
        ((Connection) target).doesNotShutDown(this);
        super.withdrawn();
    }

    @Override
    protected void prepare(Sqe sqe) {
        final int fd = target.fdToClose();
        if (receives) {
            sqe.prepRecv(fd, sockets.unreadAddress(), SocketOperations.UNREAD_BYTES, 0);
        } else {
            sqe.prepShutdown(fd, SocketFlags.SHUT_WR);
        }
    }

    @Override
    protected void completed(int result, int flags) {
        if (receives && result > 0) {
            Charging.chargeSocket(container(), result);
            if (!cutShort) {
                io.submitSoon(this);
                return;
            }
        }
        if (result < 0 && !cutShort) {
            ((Connection) target).farewellEnded(result);
        }
        endSilently(result);
    }

    @Override
    protected int operation() {
        return receives ? Opcode.RECV : Opcode.SHUTDOWN;
    }

    @Override
    protected void released() {
        super.released();
        cutShort = false;
        sockets.farewells.giveBack(this);
    }
}
