package dev.sluice.aio;

import dev.sluice.uring.Descriptors;
import dev.sluice.uring.Errno;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.SocketAddresses;
import dev.sluice.uring.Sockets;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.SqeFlags;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** The connect of a new socket. Owns its descriptor until it is connected. */
final class ConnectOperation extends DescriptorOperation {
    private static final int NONE = -1;

    private IoBuffer memory;
    private int lengthBytes;
    private int fd = NONE;
    private boolean looksUpPath;

    ConnectOperation(AsyncIo io) {
        super(io);
    }

    /** Takes over {@code newMemory}, which holds the address already. */
    void start(SocketAddress address, IoBuffer newMemory, int addressBytes) {
        memory = newMemory;
        lengthBytes = addressBytes;
        looksUpPath = address instanceof UnixDomainSocketAddress;
        newMemory.lendToKernel();
        if (!io.port().features().supports(Opcode.CONNECT)) {
            end(-Errno.EOPNOTSUPP, 0);
            return;
        }
        final int opened = Sockets.tryOpen(address);
        if (opened < 0) {
            end(opened, 0);
            return;
        }
        fd = opened;
        io.port().submit(this);
    }

    static int memoryBytes() {
        return SocketAddresses.MAX_BYTES;
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
            target.opened(fd);
            fd = NONE;
        }
        end(result == 0 && isCancelRequested() ? -Errno.ECANCELED : result, flags);
    }

    @Override
    void finish(int result) {
        if (fd != NONE) {
            Descriptors.tryClose(fd); // never connected, or nobody waits for it any more
            fd = NONE;
        }
        memory.takeFromKernel(0);
        memory.release();
        memory = null;
        ((AsyncSocket) target).connectEnded();
    }

    @Override
    protected int operation() {
        return Opcode.CONNECT;
    }

    @Override
    protected void released() {
        target = null;
        io.sockets().connects.giveBack(this);
    }
}
