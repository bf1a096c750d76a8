// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.socket;

import dev.sluice.aio.line.Supply;
import dev.sluice.aio.operation.DescriptorOperation;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.SocketFlags;

/**
 * Accepts connections, as many as there is room for. When they pile up undelivered it is ended in the kernel, so that they
 * wait in the listen queue, and armed again when most of them have been handed out.
 *
 * <p>A multishot accept takes all that the listen queue holds before its end can be asked for. So it is used only while there
 * is room, and descriptors, for more than that; with less, each accept is for one connection, and there are never more of them in the kernel
 * than there is room for, each with a descriptor that it took before.
 */
final class AcceptOperation extends DescriptorOperation {
    static final int UNBOUNDED = Integer.MAX_VALUE;

    private static final int PAUSE_ABOVE = 256;
    private static final int RESUME_BELOW = PAUSE_ABOVE / 2;

    /** More than a full listen queue (net.core.somaxconn is 4,096) and what arrives while it is emptied. */
    private static final int MULTISHOT_ABOVE = 8192;

    /** How many more are accepted at once when the kernel says that there are more. */
    private static final int AT_ONCE = 31;

    private final SocketOperations sockets;

    /** False on kernels before 5.19, which accept one connection for each request. */
    private boolean multishot = true;

    /** How many more connections may come in. */
    private int room;

    /** Charged for the sockets that are made of what is accepted; null if the application takes descriptors. */
    private ResourceContainer ofSockets;

    private final AcceptPlaces places = new AcceptPlaces();

    /** What the kernel has was submitted as a multishot accept. */
    private boolean takingMany;

    /** How many {@link AcceptNow} the kernel has. */
    private int acceptingNow;

    /** The kernel has said that more connections wait. */
    private boolean moreWait;

    private int pending;
    private boolean pausing;

    /** Not submitted again before there is room. */
    private boolean awaitsRoom;

    AcceptOperation(SocketOperations sockets) {
        super(sockets.io);
        this.sockets = sockets;
    }

    /** {@code newPlaces} may be null. */
    void submit(int newRoom, ResourceContainer newOfSockets, Supply newPlaces) {
        room = newRoom;
        ofSockets = newOfSockets;
        places.begin(newPlaces, newOfSockets);
        acceptingNow = 0;
        moreWait = false;
        pausing = false;
        awaitsRoom = room == 0;
        if (!awaitsRoom) {
            submit();
        }
    }

    void makeRoom(int connections) {
        if (isUnderWay() && room != UNBOUNDED) {
            room = Math.addExact(room, connections);
            submitSoonIfRoom();
        }
    }

    boolean isIntoSockets() {
        return ofSockets != null;
    }

    private boolean mayTakeMany() {
        return multishot
                && room > MULTISHOT_ABOVE
                && io.descriptors().isFree(MULTISHOT_ABOVE, container())
                && places.areFree(MULTISHOT_ABOVE);
    }

    @Override
    public void submit() {
        takingMany = mayTakeMany();
        if (takingMany) {
            giveBackDescriptors();
            places.keepAtMost(0L);
        } else if (!places.has(acceptingNow + 1L)) {
            places.await(this);
            return;
        } else if (!hasDescriptors()) {
            submitWithDescriptors(1L);
            return;
        }
        io.port().submit(this);
        if (moreWait && !takingMany) {
            final int more = Math.min(AT_ONCE, room - acceptingNow - 1);
            for (int i = 0; i < more && places.has(acceptingNow + 2L) && acceptNow(); i++) {
                acceptingNow++;
            }
            places.keepAtMost(acceptingNow + 1L);
        }
        moreWait = false;
    }

    @Override
    public void granted() {
        if (places.takeAwaited()) {
            forgetTurn();
            io.submitSoon(this);
        } else {
            super.granted();
        }
    }

    private boolean acceptNow() {
        final AcceptNow next = sockets.acceptsNow.take();
        if (target.begin(next, container(), null) == OperationPort.BACK_PRESSURED) {
            return false;
        }
        if (!next.tryTakeDescriptors(1L)) {
            next.endSilently(0);
            return false;
        }
        next.set(this);
        next.submit();
        return true;
    }

    @Override
    protected void prepare(Sqe sqe) {
        if (takingMany) {
            sqe.prepAcceptMultishot(target.fdToClose(), SocketFlags.SOCK_CLOEXEC);
        } else {
            sqe.prepAccept(target.fdToClose(), SocketFlags.SOCK_CLOEXEC);
        }
    }

    @Override
    protected void completed(int result, int flags) {
        accepted(this, result, flags);
        if ((flags & CqeFlags.F_MORE) != 0) {
            if ((pending >= PAUSE_ABOVE || !mayTakeMany()) && !pausing) {
                pausing = true;
                io.pauseSoon(this);
            }
            return;
        }
        if (isCancelRequested()) {
            end(-Errno.ECANCELED, flags);
        } else if (takingMany && result == -Errno.EINVAL) {
            acceptOneByOne();
            io.submitSoon(this);
        } else if (result >= 0 || (pausing && result == -Errno.ECANCELED) || concernsOneConnection(-result)) {
            pausing = false;
            awaitsRoom = true;
            submitSoonIfRoom();
        } else {
            end(result, flags);
        }
    }

    private void accepted(DescriptorOperation by, int result, int flags) {
        if (result < 0) {
            return;
        }
        moreWait |= (flags & CqeFlags.F_SOCK_NONEMPTY) != 0;
        if (isCancelRequested()) {
            Descriptors.tryClose(result); // nobody waits for it any more
            return;
        }
        if (room != UNBOUNDED) {
            room--;
        }
        pending++;
        final AcceptedSocket socket = sockets.accepted.take();
        if (ofSockets == null) {
            by.handOverDescriptor(container());
            socket.set(this, result, container());
        } else {
            by.handOverDescriptor(ofSockets);
            socket.set(this, result, connectionOf(result));
        }
        io.port().signal(socket, this);
    }

    private Connection connectionOf(int fd) {
        final Listener listener = (Listener) target;
        final Connection connection = new Connection(sockets);
        connection.accepted(fd, ofSockets, listener, places.handOver());
        listener.acceptedAsSocket();
        return connection;
    }

    void acceptedNow(AcceptNow by, int result, int flags) {
        acceptingNow--;
        accepted(by, result, flags);
        places.keepAtMost(acceptingNow + 1L);
        submitSoonIfRoom();
    }

    /** Asks for one connection at a time, as every kernel can. */
    public void acceptOneByOne() {
        multishot = false;
    }

    /** Errors of a connection that was never ours, after which accept is tried again: see accept(2). */
    private static boolean concernsOneConnection(int errno) {
        return errno == Errno.ECONNABORTED || errno == Errno.EPROTO || errno == Errno.EINTR || errno == Errno.EAGAIN;
    }

    private void submitSoonIfRoom() {
        if (awaitsRoom && pending <= RESUME_BELOW && room > acceptingNow) {
            awaitsRoom = false;
            io.submitSoon(this);
        }
    }

    /** One accepted connection was handed out. */
    void handedOut() {
        pending--;
        if (isUnderWay()) {
            submitSoonIfRoom();
        }
    }

    @Override
    protected void ended(int result) {
        awaitsRoom = false;
        ofSockets = null;
        places.keepAtMost(0L);
    }

    @Override
    protected boolean yieldsDescriptor() {
        return true;
    }

    @Override
    protected int operation() {
        return Opcode.ACCEPT;
    }
}
