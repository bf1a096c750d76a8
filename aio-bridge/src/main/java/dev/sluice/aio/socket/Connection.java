// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.socket;

import dev.sluice.aio.file.OpenFile;
import dev.sluice.aio.file.TransferChecks;
import dev.sluice.aio.line.Supply;
import dev.sluice.aio.memory.Block;
import dev.sluice.aio.operation.Descriptor;
import dev.sluice.aio.operation.DescriptorOperation;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.containers.spi.Charging;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.call.SendQueue;
import dev.sluice.uring.call.SocketOption;
import dev.sluice.uring.call.Sockets;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.PollMask;
import dev.sluice.uring.linux.SocketFlags;
import dev.sluice.uring.memory.ControlMessage;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Objects;

/** A connected stream socket, or one that is being connected, with operations under way. */
public final class Connection extends Descriptor {
    /** Of one message. */
    public static final int MAX_BUFFERS = MessageTransfer.MAX_BUFFERS;

    private final SocketOperations sockets;
    private boolean connecting;

    /** Begun last, and under way; else null. */
    private ReceiveOperation receiving;

    /** Begun, and waits for sends to end; else null. */
    private FarewellOperation shutdownBeforeClose;

    /** Who has counted it among those that it accepted; null if nobody has. */
    private Listener countedBy;

    /** Where it has one, for {@link #placeOf}, until it is closed; null if nowhere. */
    private Supply places;

    private ResourceContainer placeOf;

    /** Under way. */
    int quietSends;

    public Connection(SocketOperations sockets) {
        super(sockets.io, "AsyncSocket");
        this.sockets = sockets;
    }

    public void adopt(int fd, ResourceContainer container, Object attachment) {
        io.port().checkUsable();
        checkFree(connecting ? "a socket that is being connected" : null);
        final AcceptedSocket accepted = sockets.justAccepted(fd);
        if (accepted == null) {
            final int result = io.port().descriptors().checkStreamSocket(fd);
            if (result < 0) {
                throw new IllegalArgumentException(Errno.describe("adopt", "descriptor " + fd, -result)
                        + (result == -Errno.EBADF ? "" : ": not a stream socket"));
            }
        }
        declareInterest(container, attachment);
        if (accepted == null) {
            opened(fd);
        } else {
            accepted.adoptedFor(container);
            openedAndCounted(fd);
        }
    }

    /** Takes over what was accepted, and counts for {@code container} already; {@code newPlaces} may be null. */
    void accepted(int fd, ResourceContainer container, Listener by, Supply newPlaces) {
        countedBy = by;
        declareInterest(container, null);
        places = newPlaces;
        placeOf = container;
        openedAndCounted(fd);
    }

    @Override
    protected void movedTo(ResourceContainer container) {
        if (places != null) {
            places.move(1L, placeOf, container);
            placeOf = container;
        }
    }

    @Override
    protected void left() {
        if (places != null) {
            final Supply from = places;
            places = null;
            from.gaveBack(1L, placeOf);
            placeOf = null;
        }
        if (countedBy != null) {
            final Listener by = countedBy;
            countedBy = null;
            by.acceptedLeft();
        }
    }

    public long connect(SocketAddress address, ResourceContainer container, Object attachment) {
        io.port().checkUsable();
        checkFree(connecting ? "a socket that is being connected" : null);
        final ConnectOperation connect = sockets.connects.take();
        try {
            connect.set(address);
        } catch (RuntimeException e) {
            sockets.connects.giveBack(connect);
            throw e;
        }
        declareBy(container, attachment);
        final long id = begin(connect, container, attachment);
        if (id != OperationPort.BACK_PRESSURED) {
            connecting = true;
            connect.submitIfSupported(1L);
        }
        return id;
    }

    void connectEnded() {
        connecting = false;
    }

    public long receive(Block buffer, ResourceContainer charged, Object eventAttachment) {
        return transfer(SocketTransfer.Way.RECEIVE, buffer, charged, eventAttachment);
    }

    /** Returns bytes received, or 0 if there are none to be had so. */
    public int tryReceive(Block buffer, ResourceContainer charged) {
        io.port().checkUsable();
        final int from = fd();
        checkTransfer("tryReceive", buffer);
        buffer.checkFillable("tryReceive");
        final int result = Sockets.receiveNow(from, buffer.positionAddress(), buffer.remainingBytes());
        if (result <= 0) {
            return 0;
        }
        buffer.bytes().position(buffer.bytes().position() + result);
        Charging.chargeSocket(charged, result);
        return result;
    }

    public long receiveInto(ReceiveBlocks buffers, ResourceContainer charged, Object eventAttachment) {
        io.port().checkUsable();
        fd();
        buffers.checkOf(io.port());
        final ReceiveOperation receive = sockets.receives.take();
        final long id = begin(receive, charged, eventAttachment);
        if (id != OperationPort.BACK_PRESSURED) {
            receiving = receive;
            receive.submit(buffers);
        }
        return id;
    }

    /** Returns false if nothing is received into blocks. */
    public boolean pauseReceiving() {
        io.port().checkUsable();
        if (receiving == null) {
            return false;
        }
        receiving.pause();
        return true;
    }

    public boolean resumeReceiving() {
        io.port().checkUsable();
        if (receiving == null) {
            return false;
        }
        receiving.resume();
        return true;
    }

    void receiveEnded(ReceiveOperation receive) {
        if (receiving == receive) {
            receiving = null;
        }
    }

    public long send(Block buffer, ResourceContainer charged, Object eventAttachment) {
        return transfer(SocketTransfer.Way.SEND, buffer, charged, eventAttachment);
    }

    public long sendSome(Block buffer, ResourceContainer charged, Object eventAttachment) {
        return transfer(SocketTransfer.Way.SEND_SOME, buffer, charged, eventAttachment);
    }

    public long sendQuietly(Block buffer, ResourceContainer charged, Object eventAttachment) {
        return transfer(SocketTransfer.Way.SEND_QUIETLY, buffer, charged, eventAttachment);
    }

    /** Returns false if it is not under way any more, or was not begun quietly. */
    public boolean tellSent(long id) {
        if (io.port().find(id) instanceof QuietOperation send && send.ownsBuffers()) {
            send.tell();
            return true;
        }
        return false;
    }

    public long awaitReadiness(int pollMask, ResourceContainer charged, Object eventAttachment) {
        io.port().checkUsable();
        fd();
        if (pollMask == 0 || (pollMask & ~(PollMask.POLLIN | PollMask.POLLOUT | PollMask.POLLRDHUP)) != 0) {
            throw new IllegalArgumentException(
                    "pollMask must be of POLLIN (1), POLLOUT (4) and POLLRDHUP (8192): " + pollMask);
        }
        return command(Opcode.POLL_ADD, pollMask, charged, eventAttachment);
    }

    private long command(int opcode, int argument, ResourceContainer charged, Object eventAttachment) {
        final SocketCommand command = sockets.commands.take();
        final long id = begin(command, charged, eventAttachment);
        if (id != OperationPort.BACK_PRESSURED) {
            command.set(opcode, argument);
            submit(command, opcode == Opcode.POLL_ADD && (argument & PollMask.POLLIN) != 0);
        }
        return id;
    }

    public long sendFile(
            OpenFile file, long position, Block buffer, ResourceContainer charged, Object eventAttachment) {
        fd();
        if (file.context() != io) {
            throw new IllegalArgumentException("sendFile: the file is another queue's");
        }
        TransferChecks.check(file, "sendFile", buffer, position);
        buffer.checkFillable("sendFile");
        final FileSend send = sockets.fileSends.take();
        final long id = file.begin(send, charged, eventAttachment);
        if (id != OperationPort.BACK_PRESSURED) {
            send.set(this, buffer, position);
            send.submit();
        }
        return id;
    }

    private long transfer(SocketTransfer.Way way, Block buffer, ResourceContainer charged, Object eventAttachment) {
        io.port().checkUsable();
        fd();
        checkTransfer(way == SocketTransfer.Way.RECEIVE ? "receive" : "send", buffer);
        if (way == SocketTransfer.Way.RECEIVE) {
            buffer.checkFillable("receive");
        }
        final SocketTransfer transfer = sockets.transfers.take();
        final long id = begin(transfer, charged, eventAttachment);
        if (id != OperationPort.BACK_PRESSURED) {
            transfer.set(way, buffer);
            submit(transfer, way == SocketTransfer.Way.RECEIVE);
        }
        return id;
    }

    private void checkTransfer(String call, Block buffer) {
        buffer.checkOf(io.lateReleases());
        if (!buffer.bytes().hasRemaining()) {
            throw new IllegalArgumentException(call + ": the buffer has nothing remaining");
        }
    }

    /** The peer says nothing before it has the answer: what waits for that goes with the enter behind the answer's. */
    private void submit(DescriptorOperation operation, boolean awaitsPeer) {
        if (awaitsPeer && quietSends > 0) {
            io.submitAfterEnter(operation);
        } else {
            operation.submit();
        }
    }

    public long sendMessage(Block[] buffers, int count, ResourceContainer charged, Object eventAttachment) {
        return beginMessage(message(true, buffers, count), false, charged, eventAttachment);
    }

    public long sendMessageQuietly(Block[] buffers, int count, ResourceContainer charged, Object eventAttachment) {
        return beginMessage(message(true, buffers, count), true, charged, eventAttachment);
    }

    public long sendMessage(
            Block[] buffers,
            int count,
            int[] descriptors,
            int descriptorCount,
            ResourceContainer charged,
            Object eventAttachment) {
        checkDescriptors(1, descriptorCount);
        Objects.checkFromIndexSize(0, descriptorCount, descriptors.length);
        final MessageTransfer message = message(true, buffers, count);
        message.attach(descriptors, descriptorCount);
        return beginMessage(message, false, charged, eventAttachment);
    }

    public long receiveMessage(
            Block[] buffers, int count, int mostDescriptors, ResourceContainer charged, Object eventAttachment) {
        checkDescriptors(0, mostDescriptors);
        final MessageTransfer message = message(false, buffers, count);
        if (mostDescriptors > 0) {
            message.makeRoomFor(mostDescriptors);
        }
        return beginMessage(message, false, charged, eventAttachment);
    }

    private static void checkDescriptors(int fewest, int count) {
        if (count < fewest || count > ControlMessage.MAX_DESCRIPTORS) {
            throw new IllegalArgumentException("descriptors of one message must be " + fewest + ".."
                    + ControlMessage.MAX_DESCRIPTORS + ": " + count);
        }
    }

    private MessageTransfer message(boolean sending, Block[] buffers, int count) {
        io.port().checkUsable();
        fd();
        if (count < 1 || count > MessageTransfer.MAX_BUFFERS) {
            throw new IllegalArgumentException(
                    "buffers of one message must be 1.." + MessageTransfer.MAX_BUFFERS + ": count=" + count);
        }
        for (int i = 0; i < count; i++) {
            buffers[i].checkOf(io.lateReleases());
            if (!sending) {
                buffers[i].checkFillable("receiveMessage");
            }
        }
        final MessageTransfer message = sockets.messages.take();
        try {
            message.set(sending, buffers, count);
        } catch (RuntimeException e) {
            sockets.messages.giveBack(message);
            throw e;
        }
        return message;
    }

    private long beginMessage(
            MessageTransfer message, boolean isQuiet, ResourceContainer charged, Object eventAttachment) {
        final long id = begin(message, charged, eventAttachment);
        if (id != OperationPort.BACK_PRESSURED) {
            message.setQuiet(isQuiet);
            message.submitIfSupported(message.descriptorsToTake());
        }
        return id;
    }

    public long shutdown(int how, ResourceContainer charged, Object eventAttachment) {
        io.port().checkUsable();
        fd();
        if (how < SocketFlags.SHUT_RD || how > SocketFlags.SHUT_RDWR) {
            throw new IllegalArgumentException("how must be SHUT_RD (0), SHUT_WR (1) or SHUT_RDWR (2): how=" + how);
        }
        return command(Opcode.SHUTDOWN, how, charged, eventAttachment);
    }

    public long closeGracefully(long timeoutNs, ResourceContainer charged, Object eventAttachment) {
        io.port().checkUsable();
        fd();
        if (timeoutNs < 0L) {
            throw new IllegalArgumentException("timeoutNs must not be negative: timeoutNs=" + timeoutNs);
        }
        final FarewellOperation receive = beginFarewell(charged);
        shutdownBeforeClose = beginFarewell(charged);
        long id = OperationPort.BACK_PRESSURED;
        if (receive != null && shutdownBeforeClose != null) {
            id = closeAfterFarewell(timeoutNs, charged, eventAttachment);
        }
        if (id != OperationPort.BACK_PRESSURED) {
            receive.receiveForNothing();
        } else {
            giveUp(receive);
            giveUp(shutdownBeforeClose);
        }
        return id;
    }

    private FarewellOperation beginFarewell(ResourceContainer charged) {
        final FarewellOperation farewell = sockets.farewells.take();
        return begin(farewell, charged, null) == OperationPort.BACK_PRESSURED ? null : farewell;
    }

    /** It is about to end. */
    void doesNotShutDown(FarewellOperation farewell) {
        if (shutdownBeforeClose == farewell) {
            shutdownBeforeClose = null;
        }
    }

    private static void giveUp(FarewellOperation farewell) {
        if (farewell != null) {
            farewell.cutShort();
        }
    }

    @Override
    protected void onlyFarewellLeft() {
        if (shutdownBeforeClose != null) {
            final FarewellOperation shutdown = shutdownBeforeClose;
            shutdownBeforeClose = null;
            shutdown.shutDown();
        }
    }

    void farewellEnded(int result) {
        closeTells(Math.min(0, result));
    }

    public int unackedBytes() {
        return SendQueue.unackedBytes(fd());
    }

    public long ackedBytes() {
        return SendQueue.ackedBytes(fd());
    }

    public int dropAtClose() {
        io.port().checkUsable();
        return SendQueue.dropAtClose(fd());
    }

    public int setOption(SocketOption option, int value) {
        io.port().checkUsable();
        return option.set(fd(), value);
    }

    public int option(SocketOption option) {
        return option.get(fd());
    }

    public InetSocketAddress localAddress() {
        return Sockets.localAddress(fd());
    }

    public InetSocketAddress peerAddress() {
        return Sockets.peerAddress(fd());
    }

    public SocketAddress tryPeerAddress() {
        return Sockets.tryPeerAddress(fd());
    }

    /** For the blocks of one call: by the queue's thread alone, since there is one for all. */
    public Block[] scratch() {
        io.port().checkUsable();
        return io.scratch();
    }
}
