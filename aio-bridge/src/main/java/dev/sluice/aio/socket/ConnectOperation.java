// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.socket;

import dev.sluice.aio.memory.StructMemory;
import dev.sluice.aio.operation.DescriptorOperation;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.SqeFlags;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.call.Sockets;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.memory.SocketAddresses;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** The connect of a new socket. Owns its descriptor until it is connected. */
final class ConnectOperation extends DescriptorOperation {
    private static final int NONE = -1;

    private final SocketOperations sockets;
    private final StructMemory memory;
    private SocketAddress address;
    private int lengthBytes;
    private int fd = NONE;
    private boolean looksUpPath;

    ConnectOperation(SocketOperations sockets) {
        super(sockets.io);
        this.sockets = sockets;
        memory = new StructMemory(io.arena(), SocketAddresses.MAX_BYTES);
    }

    /** Throws if it is no address to connect to. */
    void set(SocketAddress newAddress) {
        lengthBytes = SocketAddresses.write(memory.bytes(), 0, newAddress);
        address = newAddress;
        looksUpPath = newAddress instanceof UnixDomainSocketAddress;
    }

    /** The container has a descriptor for it. */
    @Override
    public void submit() {
        final int opened = Sockets.tryOpen(address);
        if (opened < 0) {
            end(opened, 0);
            return;
        }
        fd = opened;
        io.port().submit(this);
    }

    @Override
    protected void prepare(Sqe sqe) {
        sqe.prepConnect(fd, memory.address(), lengthBytes);
        if (looksUpPath) {
            sqe.flags(SqeFlags.ASYNC); // the path may have to be looked up on a disk
        }
    }

    @Override
    protected void completed(int result, int flags) {
        if (result == 0 && !isCancelRequested()) {
            target.openedBy(this, fd);
            fd = NONE;
        }
        end(result == 0 && isCancelRequested() ? -Errno.ECANCELED : result, flags);
    }

    @Override
    protected void ended(int result) {
        if (fd != NONE) {
            Descriptors.tryClose(fd); // never connected, or nobody waits for it any more
            fd = NONE;
        }
        ((Connection) target).connectEnded();
    }

    @Override
    protected int operation() {
        return Opcode.CONNECT;
    }

    @Override
    protected void released() {
        super.released();
        address = null;
        sockets.connects.giveBack(this);
    }
}
