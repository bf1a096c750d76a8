// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.IoBuffer;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.Closing;
import dev.sluice.uring.linux.Errno;
import java.util.function.IntConsumer;

/**
 * Sends what is queued, one message at a time.
 *
 * <p>For a peer that stands still, and while memory is short, it goes lean: it waits until the peer takes something, takes memory only then,
 * sends what the peer takes at once, and gives the rest of a file's piece back.
 */
final class OutboundPump {
    /** Of a first buffer while lean. */
    private static final int SMALL_BYTES = 16 * 1024;

    /** What a socket takes at once, as a rule: who does not take that is not told apart from who has taken it, before the connection is idle. */
    private static final long MOST_QUIET_BYTES = 64L * 1024L;

    private final AsyncIo io;
    private final Transport transport;
    private final ResourceContainer container;
    private final OutboundOwner owner;
    private final OutboundItems items;
    private final WaterMarks marks;
    private final RangeSource range;
    private final OutboundStage stage;
    private final SlowPeer slowPeer;
    private final OutboundMessage message = new OutboundMessage();

    private boolean sending;
    private boolean sendingSome;

    /** What was given to the transport last has no end that is told, unless that is asked for. */
    private boolean sentQuietly;

    /** Who is told of a mark may add something meanwhile. */
    private boolean gathering;

    /** Nothing is held for a peer that takes nothing: {@link #hasRoom} comes first. */
    private boolean lean;

    private boolean awaitingRoom;

    /** The peer took nothing when it was sent to last: room is asked for before anything is read for it, however much memory there is. */
    private boolean refused;

    /** The peer takes something, or did when it was asked last. */
    private boolean hasRoom;

    /** Something that is dropped with its range if that cannot be had is in the stage, or has gone without it. */
    private boolean headBeforeRange;

    private final RangeHead rangeHead = new RangeHead();

    private boolean dropped;

    OutboundPump(Link link, InFlight wire, OutboundOwner owner, OutboundItems items, WaterMarks marks) {
        this.owner = owner;
        this.items = items;
        this.marks = marks;
        io = link.io();
        transport = link.transport();
        container = link.container();
        range = new RangeSource(link, wire, items, owner::moved);
        stage = new OutboundStage(io, wire, container);
        slowPeer = new SlowPeer(link, wire.around(event -> stoodStill()));
    }

    /** Sends on, if nothing is being sent: as much as is there and fits in one message. */
    void pump() {
        if (isAllSent()) {
            return; // as after most events
        }
        if (sending && range.hasPieces()) {
            slowPeer.watch();
        }
        if (sending || awaitingRoom || dropped || gathering || !isTaken()) {
            return;
        }
        if (message.isEmpty()) {
            lean = refused || slowPeer.isSlow() || io.arena().isShort(container);
            gathering = true;
            gather();
            gathering = false;
            if (!dropped) {
                send();
            }
        } else if (hasRoom) {
            sendSome(); // what was not taken the last time
        } else {
            askForRoom();
        }
    }

    private void send() {
        if (message.isEmpty()) {
            if (range.errno() != 0 && !range.isFree() && !giveUpFile(range.errno())) {
                owner.sendFailed(range.errno() == Errno.ENODATA ? Errno.EIO : range.errno());
            }
        } else if (lean) {
            sendSome();
        } else if (!trySendQuietly()) {
            sending = true;
            message.sendBy(transport);
        }
    }

    /** A short answer that all of it is: who has sent it waits for the peer's next words, and not to hear that it was sent. */
    private boolean trySendQuietly() {
        if (!items.isEmpty() || !range.isFree() || marks.isAbove() || !owner.sendsQuietly()) {
            return false;
        }
        final long lengthBytes = message.lengthBytes();
        if (lengthBytes > MOST_QUIET_BYTES || !message.sendQuietlyBy(transport)) {
            return false;
        }
        sentQuietly = true;
        owner.moved();
        subtract(lengthBytes);
        return true;
    }

    /** Tells whether the kernel has what was given to the transport; if not, it is told when it has. */
    boolean isTaken() {
        if (sentQuietly) {
            sentQuietly = false;
            sending = transport.tellSent();
        }
        return !sending;
    }

    private void sendSome() {
        sending = true;
        sendingSome = true;
        hasRoom = false;
        message.sendSomeBy(transport);
    }

    private void gather() {
        OutboundItem item;
        boolean goOn = true;
        while (goOn && !dropped && !isGathered() && (item = items.peek()) != null) {
            if (item.isBytes()) {
                goOn = gatherBytes(item);
            } else if (item.buffer != null) {
                gatherBuffer(item);
            } else {
                goOn = gatherPieces(item);
            }
        }
        seal();
    }

    private boolean isGathered() {
        return lean ? !message.isEmpty() : message.isFull();
    }

    private boolean gatherBytes(OutboundItem item) {
        if ((item.goesWithRange && stage.hasBytes()) || (stage.isThere() && !item.fitsInto(stage.roomBytes()))) {
            seal();
        }
        if (item.goesWithRange && !(message.isEmpty() && range.isFree())) {
            return false; // it can only be dropped while it stands alone before its range
        }
        if (!stage.isThere()) {
            final boolean mayTake = mayTakeMemory();
            final long most = lean ? SMALL_BYTES : RangeSource.PIECE_BYTES;
            if (!mayTake
                    || !stage.take(
                            Math.min(most, item.uncopiedBytes() + item.rangeBehindBytes + item.copyBehindBytes))) {
                if (mayTake && message.isEmpty()) { // else its end is a better time to ask
                    stage.await();
                }
                return false;
            }
        }
        addToStage(item);
        if (stage.roomBytes() == 0) {
            seal();
        }
        return true;
    }

    private void addToStage(OutboundItem item) {
        final int roomBytes = stage.roomBytes();
        headBeforeRange = item.goesWithRange;
        if (stage.add(item)) {
            if (item.writer != null) {
                subtract(item.countedBytes - (roomBytes - stage.roomBytes()));
            } else {
                subtract(OutboundItem.HELD_BYTES);
            }
            remove(item);
        }
    }

    /** What was copied is to be sent before what comes next. */
    private void seal() {
        if (stage.hasBytes()) {
            final IoBuffer filled = stage.hand();
            filled.bytes().flip();
            message.add(filled, false);
        }
    }

    @SuppressWarnings("NullAway") // called for a buffer
    private void gatherBuffer(OutboundItem item) {
        final IoBuffer buffer = item.buffer;
        if (message.isEmpty() && !stage.hasBytes() && RangeHead.mayBe(buffer, item.rangeBehindBytes)) {
            buffer.bytes().position(buffer.bytes().limit());
            rangeHead.set(buffer);
            remove(item);
            return;
        }
        headBeforeRange = item.goesWithRange;
        if (stage.tryCopy(item)) {
            remove(item);
            return;
        }
        seal();
        if (!isGathered()) {
            message.add(buffer, false);
            remove(item);
        }
    }

    private boolean gatherPieces(OutboundItem item) {
        if (range.isFree()) {
            takeHead(item);
            if (!lean && tryReadNow(item)) {
                return true;
            }
        }
        if (!(range.isFree() ? begin(item) : range.isOf(item))) {
            return false; // the one before is still being sent, or this one begins with the next message
        }
        IoBuffer piece;
        while (!isGathered() && (piece = range.nextPiece()) != null) {
            message.add(piece, true);
        }
        if (!(lean && range.isBeingSent()) && range.tryPass()) { // else a part of it may come back
            items.poll();
            subtract(range.letGoIfDone());
            return true;
        }
        if (!lean || (message.isEmpty() && !range.isReading() && mayTakeMemory())) {
            range.readAhead(lean);
        }
        return range.letGoOfFirst();
    }

    /** Takes what the range is to be read behind; what stands before it is sealed else. */
    private void takeHead(OutboundItem item) {
        if (rangeHead.isThere()) {
            return;
        }
        if (stage.hasBytes()
                && message.isEmpty()
                && item.mayStandBehind
                && RangeHead.isRoomEnough(stage.roomBytes(), item.lengthBytes)) {
            rangeHead.set(stage.hand());
        } else {
            seal();
        }
    }

    /** What the page cache has is as any other bytes, once it is read behind its head, and the file is done with. */
    @SuppressWarnings("NullAway") // a range has something to be run
    private boolean tryReadNow(OutboundItem item) {
        final IoBuffer both = rangeHead.tryRead(item);
        if (both == null) {
            return false;
        }
        headBeforeRange = false;
        message.add(both, false);
        final Runnable whenLetGo = item.whenLetGo;
        remove(item);
        whenLetGo.run();
        return true;
    }

    private boolean begin(OutboundItem item) {
        if (isGathered()) {
            return false;
        }
        final IoBuffer head = rangeHead.take();
        range.begin(item, headBeforeRange && head == null);
        headBeforeRange = false;
        if (head != null) {
            range.readBehind(head, !lean);
        }
        return true;
    }

    /** Tells whether the file of the range is what is waited for, and not the peer. */
    boolean isWaitingForFile() {
        return !sending && !awaitingRoom && message.isEmpty() && range.isWaitingForFile();
    }

    /** Drops the range that is being read if nothing of it is sent and somebody is to be told; false if not. */
    boolean giveUpFile(int errno) {
        final IntConsumer whenUnreadable = range.whenGivenUp();
        if (dropped || sending || !message.isEmpty() || whenUnreadable == null) {
            return false;
        }
        items.poll();
        subtract(range.giveUp());
        items.setAside();
        try {
            whenUnreadable.accept(errno);
        } finally {
            items.bringBack();
            if (dropped) {
                dropItems().end();
            }
        }
        return true;
    }

    /** Tells whether memory may be taken; so that nobody holds any who takes nothing, only when the peer takes something. */
    private boolean mayTakeMemory() {
        if (lean && !hasRoom) {
            askForRoom();
            return false;
        }
        return true;
    }

    private void askForRoom() {
        awaitingRoom = true;
        slowPeer.asked();
        transport.awaitRoom();
    }

    /** The peer takes something, or the wait for that has failed. */
    void roomCame(int result) {
        awaitingRoom = false;
        slowPeer.answered();
        hasRoom = true;
        refused = false;
        if (result < 0 && !dropped) {
            owner.sendFailed(-result);
        }
    }

    private void stoodStill() {
        if (!dropped && sending && slowPeer.standsStill()) {
            range.giveBackPieces();
        }
    }

    private void remove(OutboundItem item) {
        items.poll();
        items.giveBack(item);
    }

    /** The transport has the outcome of what was sent. */
    void sent(int result) {
        final boolean part = sendingSome;
        sending = false;
        sendingSome = false;
        refused = part && result == -Errno.EAGAIN;
        slowPeer.moved();
        final long lessBytes = (part ? message.takeBackPart(range) : message.takeBack(range)) + range.letGoIfDone();
        if (dropped) {
            return;
        }
        if (result < 0 && !refused) {
            owner.sendFailed(-result);
        } else {
            subtract(lessBytes);
        }
    }

    private void subtract(long lessBytes) {
        if (marks.subtract(lessBytes)) {
            owner.fellBelowLow();
        }
    }

    /** Lets go of everything that is not in flight; the rest follows with its events. */
    void drop() {
        if (dropped) {
            return;
        }
        dropped = true;
        final Closing closing = new Closing("letting go of what was to be sent failed");
        closing.step(slowPeer::cancel);
        closing.step(stage::drop);
        closing.step(rangeHead::release);
        closing.step(() -> dropItems().end());
        closing.step(range::cancel);
        closing.end();
    }

    @SuppressWarnings("NullAway") // a range has something to be run
    private Closing dropItems() {
        final Closing closing = new Closing("letting go of what was queued failed");
        OutboundItem item;
        while ((item = items.poll()) != null) {
            if (item.buffer != null) {
                closing.step(item.buffer::release);
            } else if (item.file != null && !range.isOf(item)) {
                closing.step(item.whenLetGo::run);
            }
        }
        return closing;
    }

    /** Nothing is in flight any more: lets go of what was to be sent next and never was. */
    void end() {
        final Closing closing = new Closing("letting go of what was sent last failed");
        closing.step(this::drop);
        while (!message.isEmpty()) { // one that cannot be taken back does not keep the others
            closing.step(() -> message.takeBack(range));
        }
        closing.step(range::letGoIfDone);
        closing.end();
    }

    /** Releases what somebody was to take who has thrown, unless he has released it, or it is to be sent. */
    void releaseUnlessSent(IoBuffer buffer, long lease) {
        if (buffer.leaseNumber() == lease && !rangeHead.is(buffer) && !message.has(buffer) && !items.has(buffer)) {
            buffer.release();
        }
    }

    /** Tells whether what is to be sent next waits for memory: it is not the peer who keeps it waiting. */
    boolean isAwaitingMemory() {
        return stage.isAwaited() || range.isAwaitingMemory();
    }

    boolean isEmpty() {
        return items.isEmpty() && message.isEmpty() && !sending && (range.isFree() || range.isGivenUp());
    }

    /** Tells whether there is nothing to do, not even for a range that was given up. */
    private boolean isAllSent() {
        return items.isEmpty() && message.isEmpty() && !sending && range.isFree();
    }

    /** Tells whether nothing is sent any more. */
    boolean isDropped() {
        return dropped;
    }
}
