// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.socket;

import dev.sluice.aio.memory.Block;
import dev.sluice.aio.operation.DescriptorOperation;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.containers.spi.Charging;
import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.call.Sockets;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.PollMask;
import dev.sluice.uring.linux.SocketFlags;

/**
 * Receives into one block of {@link ReceiveBlocks} after the other, each an event, until the stream ends, it fails or is
 * cancelled.
 *
 * <p>The kernel picks the blocks when bytes come, as long as it can, nobody waits for one and no limit is to be kept. Else it goes in steps:
 * it polls, waits for its turn to take a block, receives once without waiting, and so on. While the application has paused it, it rests.
 */
final class ReceiveOperation extends DescriptorOperation {
    private enum Step {
        PICK,
        POLL,
        TURN,
        RECEIVE,
        REST
    }

    private final SocketOperations sockets;
    private ReceiveBlocks buffers;
    private Step step;

    /** No bytes are awaited yet: to try before waiting would be in vain, as a rule. */
    private boolean fresh;

    /**
     * Not for Unix sockets: a multishot receive loses the end of the stream if it came together with the last bytes (seen on
     * 6.18; liburing issue 1549). They are submitted again after each block.
     */
    private boolean multishot;

    /** The kernel is asked to stop, since a limit was set, or it is to rest. */
    private boolean pausing;

    /** The application wants nothing more for now. */
    private boolean paused;

    /** Has stood in line since it has received something: it keeps its place. */
    private boolean hasPlace;

    /** Whose turn it is; null if the kernel is to pick it. */
    private Block block;

    /** The kernel is to pick a block that it has had its turn for. */
    private boolean mayBePicked;

    ReceiveOperation(SocketOperations sockets) {
        super(sockets.io);
        this.sockets = sockets;
    }

    void submit(ReceiveBlocks newBuffers) {
        buffers = newBuffers;
        multishot = newBuffers.kernelPicks() && Sockets.isInternet(target.fdToClose());
        fresh = true;
        pausing = false;
        paused = false;
        hasPlace = false;
        step = buffers.mayPick(container()) ? Step.PICK : Step.POLL;
        submit();
    }

    /** Receives nothing more, but for what the kernel has received when it hears of it. Not while completions are drained. */
    void pause() {
        paused = true;
        if (isWaiting()) {
            rest();
        } else if (step == Step.PICK || step == Step.POLL) {
            pausing = true;
            io.port().pause(this); // of no effect on what waits to be submitted, which rests then
        }
    }

    void resume() {
        paused = false;
        if (step == Step.REST) {
            stepOrEnd(1);
        }
    }

    private void rest() {
        giveBackBlock();
        buffers.withdraw(this);
        forgetTurn();
        hasPlace = false;
        step = Step.REST;
    }

    private void giveBackBlock() {
        if (block != null) {
            block.release();
            block = null;
        } else if (mayBePicked) {
            mayBePicked = false;
            buffers.tookNone(container());
        }
    }

    @Override
    public void submit() {
        if (paused) {
            rest();
        } else {
            pausing = false; // what it had to do with is over
            super.submit();
        }
    }

    /** Its turn for a block has come. */
    @Override
    public void granted() {
        step = Step.RECEIVE;
        block = buffers.take(container());
        mayBePicked = block == null;
        io.submitSoon(this);
    }

    @Override
    protected void prepare(Sqe sqe) {
        final int fd = target.fdToClose();
        if (step == Step.PICK) {
            final int first = fresh && io.pollFirst() ? SocketFlags.RECVSEND_POLL_FIRST : 0;
            sqe.prepRecvMultishot(fd, buffers.group(), 0).ioprio(first | (multishot ? SocketFlags.RECV_MULTISHOT : 0));
        } else if (step == Step.POLL) {
            sqe.prepPollAdd(fd, PollMask.POLLIN);
        } else if (block == null) {
            sqe.prepRecvMultishot(fd, buffers.group(), SocketFlags.MSG_DONTWAIT).ioprio(0);
        } else {
            sqe.prepRecv(fd, block.address(), block.capacityBytes(), SocketFlags.MSG_DONTWAIT);
        }
        fresh = false;
    }

    @Override
    protected void completed(int result, int flags) {
        switch (step) {
            case PICK -> picked(result, flags);
            case POLL -> polled(result);
            default -> receivedOnce(result, flags);
        }
    }

    private void picked(int result, int flags) {
        if ((flags & CqeFlags.F_BUFFER) != 0) {
            received(buffers.pickedUnasked(flags, container()), result);
        }
        if ((flags & CqeFlags.F_MORE) != 0) {
            if (!pausing && buffers.isLimited(container())) {
                pausing = true;
                io.pauseSoon(this);
            }
        } else if (result == -Errno.ENOBUFS) {
            standInLine();
        } else {
            stepOrEnd(isPause(result) ? 1 : result);
        }
    }

    private boolean isPause(int result) {
        return pausing && result == -Errno.ECANCELED;
    }

    private void polled(int result) {
        if (result > 0) {
            standInLine();
        } else if (isPause(result)) {
            stepTo(Step.POLL);
        } else {
            end(result, 0);
        }
    }

    private void receivedOnce(int result, int flags) {
        final ReceiveBlocks from = buffers;
        final ResourceContainer holder = container();
        final Block taken = mayBePicked && (flags & CqeFlags.F_BUFFER) != 0 ? from.picked(flags, holder) : block;
        block = null;
        mayBePicked = false;
        if (taken != null) {
            received(taken, result);
        }
        if (result == -Errno.ENOBUFS) {
            standInLine(); // others were faster: before they get what it gives back
        } else if (result == -Errno.EAGAIN) {
            stepTo(Step.POLL);
        } else {
            stepOrEnd(result);
        }
        if (taken == null) {
            from.tookNone(holder);
        }
    }

    private void stepOrEnd(int result) {
        if (result <= 0) {
            end(result, 0);
        } else if (buffers.isAwaited()) {
            standInLine();
        } else if (buffers.mayPick(container())) {
            stepTo(Step.PICK);
        } else {
            stepTo(Step.POLL);
        }
    }

    private void stepTo(Step next) {
        if (isCancelRequested()) {
            end(-Errno.ECANCELED, 0);
        } else {
            step = next;
            if (paused) {
                rest();
            } else {
                io.submitSoon(this);
            }
        }
    }

    private void standInLine() {
        if (isCancelRequested()) {
            end(-Errno.ECANCELED, 0);
            return;
        }
        if (paused) {
            rest();
            return;
        }
        step = Step.TURN;
        if (hasPlace) {
            buffers.awaitAgain(this);
        } else {
            hasPlace = true;
            buffers.await(this);
        }
    }

    private void received(Block filled, int lengthBytes) {
        if (lengthBytes <= 0 || !target.isOpen()) {
            filled.release(); // nothing is in it, or nobody waits for it any more
            return;
        }
        hasPlace = false;
        Charging.chargeSocket(container(), lengthBytes);
        filled.bytes().limit(lengthBytes);
        final ReceivedBytes event = sockets.received.take();
        event.set(filled, lengthBytes);
        io.port().signal(event, this);
    }

    @Override
    protected void ended(int result) {
        giveBackBlock();
        buffers.withdraw(this);
        ((Connection) target).receiveEnded(this);
    }

    @Override
    protected int operation() {
        return Opcode.RECV;
    }

    @Override
    protected void released() {
        super.released();
        buffers = null;
        forgetTurn();
        sockets.receives.giveBack(this);
    }
}
