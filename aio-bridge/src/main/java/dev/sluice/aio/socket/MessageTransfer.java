// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.socket;

import dev.sluice.aio.memory.Block;
import dev.sluice.aio.memory.LentBlocks;
import dev.sluice.aio.memory.StructMemory;
import dev.sluice.containers.spi.Charging;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.SocketFlags;
import dev.sluice.uring.memory.ControlMessage;
import dev.sluice.uring.memory.IoVector;
import dev.sluice.uring.memory.MessageHeader;
import java.nio.ByteBuffer;

/** A sendmsg that goes on until the last byte is sent, or a recvmsg: of several buffers, and of descriptors. */
final class MessageTransfer extends QuietOperation {
    static final int MAX_BUFFERS = 64;

    private static final int HEADER = 0;
    private static final int CONTROL = 64;
    private static final int IOVECS = CONTROL + (ControlMessage.lengthBytes(ControlMessage.MAX_DESCRIPTORS) + 7 & -8);
    private static final int MEMORY_BYTES = IOVECS + MAX_BUFFERS * IoVector.SIZE_BYTES;

    private final LentBlocks buffers = new LentBlocks(MAX_BUFFERS);
    private final TakenDescriptors received;
    private boolean sending;
    private final StructMemory memory;
    private long lengthBytes;
    private long transferred;

    /** What is sent along, or the room for what is received. */
    private int controlBytes;

    private int mostReceived;

    MessageTransfer(SocketOperations sockets) {
        super(sockets);
        memory = new StructMemory(io.arena(), MEMORY_BYTES);
        received = new TakenDescriptors(sockets);
    }

    /** Takes over the buffers until the event: all of them, or it throws. */
    void set(boolean isSend, Block[] newBuffers, int newCount) {
        buffers.lend(newBuffers, newCount);
        lengthBytes = buffers.remainingBytes();
        if (lengthBytes == 0L) {
            buffers.takeBack(0L);
            throw new IllegalArgumentException(
                    (isSend ? "send" : "receive") + "Message: " + newCount + " buffers have nothing remaining");
        }
        sending = isSend;
        transferred = 0L;
        controlBytes = 0;
        mostReceived = 0;
    }

    void attach(int[] descriptors, int descriptorCount) {
        controlBytes = ControlMessage.writeDescriptors(memory.bytes(), CONTROL, descriptors, descriptorCount);
    }

    void makeRoomFor(int descriptors) {
        controlBytes = ControlMessage.lengthBytes(descriptors);
        mostReceived = descriptors;
    }

    /** How many descriptors may come of it. */
    long descriptorsToTake() {
        return io.descriptors().atMost(mostReceived);
    }

    @Override
    protected void prepare(Sqe sqe) {
        final ByteBuffer structs = memory.bytes();
        MessageHeader.write(
                structs,
                HEADER,
                memory.address() + IOVECS,
                buffers.writeVectors(structs, IOVECS, transferred, lengthBytes));
        if (controlBytes > 0) {
            MessageHeader.control(structs, HEADER, memory.address() + CONTROL, controlBytes);
        }
        final int fd = target.fdToClose();
        if (sending) {
            sqe.prepSendmsg(fd, memory.address() + HEADER, SocketFlags.MSG_NOSIGNAL | SocketFlags.MSG_WAITALL);
        } else {
            sqe.prepRecvmsg(fd, memory.address() + HEADER, SocketFlags.MSG_CMSG_CLOEXEC);
            if (io.pollFirst()) {
                sqe.ioprio(SocketFlags.RECVSEND_POLL_FIRST);
            }
        }
    }

    @Override
    protected void completed(int result, int flags) {
        if (result > 0) {
            transferred += result;
            Charging.chargeSocket(container(), result);
        }
        if (sending && result > 0 && transferred < lengthBytes) {
            goOn(flags);
            return;
        }
        if (receivesDescriptors() && result >= 0) {
            final ByteBuffer structs = memory.bytes();
            final boolean cutOff = (MessageHeader.flags(structs, HEADER) & SocketFlags.MSG_CTRUNC) != 0;
            received.read(structs, CONTROL, MessageHeader.controlLength(structs, HEADER), cutOff);
            received.countFor(container());
            for (int i = 0; i < received.count(); i++) {
                handOverDescriptor(container());
            }
        }
        endTransfer(result < 0 ? result : (int) transferred, flags);
    }

    private void goOn(int flags) {
        if (isCancelRequested()) {
            end(-Errno.ECANCELED, flags); // that it was stopped is told, not how far it came
        } else {
            controlBytes = 0; // went with the first byte
            io.submitSoon(this);
        }
    }

    private boolean receivesDescriptors() {
        return mostReceived > 0;
    }

    @Override
    protected boolean isAwaitedByClose() {
        return sending;
    }

    @Override
    protected void ended(int result) {
        if (ownsBuffers()) {
            buffers.release(transferred);
        } else {
            buffers.takeBack(transferred);
        }
        quietEnded();
    }

    @Override
    protected Object message() {
        return receivesDescriptors() ? received.face() : null;
    }

    @Override
    protected int operation() {
        return sending ? Opcode.SENDMSG : Opcode.RECVMSG;
    }

    @Override
    protected void released() {
        super.released();
        buffers.takeBack(0L); // if it was not begun
        received.clear();
        setQuiet(false);
        sockets.messages.giveBack(this);
    }
}
