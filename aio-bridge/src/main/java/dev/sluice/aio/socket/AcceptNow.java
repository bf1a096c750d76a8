// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.socket;

import dev.sluice.aio.operation.DescriptorOperation;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.SocketFlags;

/** Accepts one more of the connections that an {@link AcceptOperation} was told of, if that is still there. It ends silently. */
final class AcceptNow extends DescriptorOperation {
    private final SocketOperations sockets;
    private AcceptOperation leader;

    /** What the leader's id was: it may have ended meanwhile, and begun anew. */
    private long leaderId;

    AcceptNow(SocketOperations sockets) {
        super(sockets.io);
        this.sockets = sockets;
    }

    void set(AcceptOperation newLeader) {
        leader = newLeader;
        leaderId = newLeader.id();
    }

    @Override
    protected void prepare(Sqe sqe) {
        sqe.prepAcceptNow(target.fdToClose(), SocketFlags.SOCK_CLOEXEC);
    }

    @Override
    protected void completed(int result, int flags) {
        if (leader.isUnderWay() && leader.id() == leaderId) {
            leader.acceptedNow(this, result, flags);
        } else if (result >= 0) {
            Descriptors.tryClose(result); // nobody waits for it any more
        }
        endSilently(result);
    }

    @Override
    protected boolean yieldsDescriptor() {
        return true;
    }

    @Override
    protected int operation() {
        return Opcode.ACCEPT;
    }

    @Override
    protected void released() {
        super.released();
        leader = null;
        sockets.acceptsNow.giveBack(this);
    }
}
