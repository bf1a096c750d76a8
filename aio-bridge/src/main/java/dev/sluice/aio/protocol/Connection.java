// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.aio.IoBuffer;
import dev.sluice.uring.Closing;
import java.util.Objects;

/**
 * One side of a protocol on one connection: what comes in is handed to {@link #received}, what goes out is put into {@link #out()}, and
 * everything else that is started for it goes through {@link #operations()}.
 *
 * <pre>
 *   OPEN ---- close() ----> CLOSING ---- all is sent ----> LINGERING ---- the peer has ended ----> SHUT ----> ENDED
 *     |                        |                               |                                    ^
 *     +---- abort(), an error, or nothing moves for long ------+------------------------------------+
 * </pre>
 *
 * <p><b>Lifetime.</b> The base knows what is in flight. When the connection is shut and the kernel holds nothing of it any more it calls {@link
 * #released()}, once and last: files, buffers and whatever else the author has are given back there, and nowhere else need anybody ask whether
 * that may be done. Handlers of operations are called in every state, also after {@link #abort()}; what they add to {@link #out()} then is let
 * go of at once.
 *
 * <p><b>Back-pressure.</b> Nothing is received while more is to be sent than the high mark of {@link #out()} says, or after {@link #pause()}:
 * a peer that does not read its answers is read from no more, unless {@link #receiveWhileCongested()} was called.
 *
 * <p>An exception of a handler aborts the connection and goes on to the loop's {@link dev.sluice.events.ErrorHandler}. Belongs to the thread of
 * its queue, as each of its methods does.
 */
public abstract class Connection extends Reactions {
    /** How often a peer that has ended its side is asked, in that time, whether it has everything. */
    private static final long LOOKS = 16L;

    private final InFlight wire;
    private final InFlight operations;
    private final Intake intake;
    private final OutboundQueue out;

    private Phase phase = Phase.OPEN;
    private boolean started;
    private boolean paused;
    private boolean inputEndTold;
    private boolean transportClosed;

    private final Settling settling = new Settling(this::step);

    /** Something was added since all was sent. */
    private boolean unsent;

    /** Told when this has ended, after {@link #released()}. */
    private Runnable whenEnded = () -> {};

    /**
     * A connection that does nothing before {@link #start}.
     *
     * @param link what it is made of, for this connection alone
     */
    @SuppressWarnings("this-escape") // into objects that call back only once it is started
    protected Connection(Link link) {
        super(link);
        wire = new InFlight(link.events(), link.io(), link.container(), this::settle);
        operations = new InFlight(link.events(), link.io(), link.container(), this::operationsSettled);
        wire.atFailure = this::abort;
        operations.atFailure = this::abort;
        intake = new Intake(link.transport());
        out = new OutboundQueue(link, wire, new Sending());
        idleClock = new IdleClock(link, operations.around(event -> idleExpired()));
        deadline = new Deadline(link, operations.around(event -> deadlineExpired()));
    }

    /**
     * Begins to receive.
     *
     * @param newWhenEnded called when this has ended, after {@link #released()}
     */
    public final void start(Runnable newWhenEnded) {
        wire.checkThread();
        whenEnded = Objects.requireNonNull(newWhenEnded, "newWhenEnded");
        link.transport().open(wire, new Receiving());
        try {
            started();
        } catch (RuntimeException e) {
            abort();
            throw e;
        } finally {
            started = true;
            if (phase == Phase.SHUT) {
                link.transport().reset();
            }
            settleUnlessHandling();
        }
    }

    /**
     * Returns what is to be sent.
     *
     * @return always the same queue
     */
    public final OutboundQueue out() {
        return out;
    }

    /**
     * Returns what the author has in flight. As long as it is not done the connection does not end; it does not close either before that,
     * unless it is aborted, which cancels it.
     *
     * @return always the same object
     */
    public final InFlight operations() {
        return operations;
    }

    /**
     * Receives no more until {@link #resume()}, beside what is being received. If the peer resets the connection meanwhile, that shows, unless it had
     * ended its side before.
     */
    public final void pause() {
        wire.checkThread();
        paused = true;
    }

    /** Receives on. */
    public final void resume() {
        wire.checkThread();
        paused = false;
        settleUnlessHandling();
    }

    /**
     * Closes gracefully: nothing more is taken in; what {@link #operations()} have in flight is done, unless it was cancelled, what {@link #out()} has is sent, also
     * what is added meanwhile; then the peer is told the end, and what it still sends is thrown away until it ends its side, for a socket that
     * is closed with bytes unread takes back what was sent last. If it takes nothing for 5 s, or {@link #closeWithin}, or does not end its side for
     * as long, it is aborted.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-9.6">RFC 9112, tear-down</a>
     */
    @Override
    public final void close() {
        wire.checkThread();
        if (phase == Phase.OPEN) {
            phase = Phase.CLOSING;
            clearDeadline();
            startIdleClock(closingLimitNs);
            settleUnlessHandling();
        }
    }

    /**
     * Closes at once if the peer keeps nobody busy: nothing is to be sent, nothing of {@link #operations()} in flight, and no bytes have come
     * that were not handed out. So an idle one makes room.
     *
     * @return false if that is not so; it goes on then
     */
    protected final boolean closeIfIdle() {
        wire.checkThread();
        final boolean quiet = phase == Phase.OPEN && out.isEmpty() && operations.count() == 0 && out.pump.isTaken();
        final boolean idle = quiet && wire.tryCancelAll();
        if (idle) {
            end(link.transport()::close);
        } else if (quiet) {
            intake.goOn();
        }
        return idle;
    }

    /**
     * Closes at once, as {@link #abort()}, for a fault that is not the peer's: what it was sent so far reaches it. It cannot be told that something is
     * missing, but by what it knows of the length.
     */
    protected final void closeNow() {
        wire.checkThread();
        if (phase.compareTo(Phase.SHUT) < 0) {
            operations.cancelAll();
            end(link.transport()::close);
        }
    }

    /** Cancels what is in flight, lets go of what was to be sent, and closes at once; what the peer has not taken is thrown away. */
    @Override
    public final void abort() {
        wire.checkThread();
        if (phase.compareTo(Phase.SHUT) < 0) {
            operations.cancelAll();
            end(link.transport()::reset);
        }
    }

    private void end(Runnable closing) {
        try {
            shut();
        } finally {
            if (started) {
                closing.run();
            }
            settleUnlessHandling();
        }
    }

    private void shut() {
        phase = Phase.SHUT;
        idleClock.cancel();
        clearDeadline();
        try {
            out.pump.drop();
        } finally {
            wire.cancelAll();
        }
    }

    /**
     * Tells whether this connection is being closed, or has ended.
     *
     * @return true from {@link #close()} or {@link #abort()} on
     */
    @Override
    public final boolean isClosing() {
        return phase != Phase.OPEN;
    }

    /** Tells whether something is to be taken in now. */
    final boolean wantsInput() {
        return phase == Phase.OPEN && !paused && (receivesWhileCongested || !out.isAboveHigh());
    }

    @Override
    final void settleAfter(Runnable change) {
        wire.checkThread();
        change.run();
        settleUnlessHandling();
    }

    private void settleUnlessHandling() {
        if (started && !wire.isHandling() && !operations.isHandling()) {
            settle();
        }
    }

    /** What was done for the peer until now is no idleness. */
    private void operationsSettled() {
        if (operations.takeEnded() && operations.count() == 0) {
            touch();
        }
        settle();
    }

    /** After each event: does what has become possible, until nothing has. */
    private void settle() {
        try {
            settling.run();
        } catch (RuntimeException e) {
            throw givenUp(e);
        }
    }

    private void step() {
        out.pump.pump();
        if (unsent && out.isEmpty() && phase.compareTo(Phase.LINGERING) < 0) {
            unsent = false;
            allSent();
        }
        switch (phase) {
            case OPEN -> {
                if (outputEnd.isToBeTold() && out.isEmpty() && out.pump.isTaken()) {
                    outputEnd.tell();
                }
                takeIn();
            }
            case CLOSING -> {
                if (out.isEmpty() && operations.isDone() && out.pump.isTaken()) {
                    linger();
                }
            }
            case LINGERING -> receiveOrShut();
            case SHUT -> {
                if (transportClosed && wire.count() == 0 && operations.count() == 0) {
                    ended();
                }
            }
            case ENDED -> {}
        }
        out.pump.pump(); // what was answered meanwhile
    }

    private void takeIn() {
        try {
            if (wantsInput()) {
                takeInput();
            }
            if (wantsInput() && !intake.hasEnded()) {
                intake.receive();
            } else if (wantsInput() && !inputEndTold) {
                inputEndTold = true;
                checkInputEnd();
                peerEnded();
            } else if (paused) {
                intake.watch();
            }
        } catch (ProtocolException e) {
            giveUp(e);
        }
    }

    private void giveUp(ProtocolException violation) {
        violated(violation);
        close();
    }

    private void linger() {
        phase = Phase.LINGERING;
        startIdleClock(closingLimitNs);
        if (!intake.hasEnded()) {
            outputEnd.tell();
        }
        receiveOrShut();
    }

    /** The peer's end is awaited, and that it has taken everything: what the kernel goes on to send after a close nobody can end. */
    private void receiveOrShut() {
        if (!intake.hasEnded()) {
            intake.receive();
        } else if (link.transport().unackedBytes() <= 1) {
            shut();
            link.transport().close();
        } else if (!deadline.isStarted()) {
            deadline.start(Math.max(1L, closingLimitNs / LOOKS));
        }
    }

    private void ended() {
        phase = Phase.ENDED;
        final Closing closing = new Closing("the end of a connection failed");
        closing.step(out.pump::end);
        closing.step(this::releaseInput);
        closing.step(this::released);
        closing.step(whenEnded::run);
        closing.end();
    }

    private void idleExpired() {
        if (phase == Phase.SHUT || phase == Phase.ENDED) {
            return;
        }
        final boolean awaitsMemory =
                out.pump.isAwaitingMemory() || link.transport().isAwaitingMemory();
        if (awaitsMemory || (phase != Phase.LINGERING && operations.count() > 0)) {
            touch();
        }
        if (!idleClock.restart()) {
            return;
        }
        if (phase == Phase.OPEN) {
            idle();
        } else if (phase == Phase.LINGERING && link.transport().unackedBytes() <= 1) {
            closeNow(); // it has everything, and was told the end as well as could be
        } else {
            abort();
        }
    }

    private void deadlineExpired() {
        if (phase == Phase.OPEN) {
            deadlinePassed();
        }
    }

    private final class Receiving implements Transport.Listener {
        @Override
        public void received(IoBuffer block) {
            intake.came();
            if (phase != Phase.OPEN) {
                block.release();
                return;
            }
            touch();
            final long lease = block.leaseNumber();
            try {
                Connection.this.received(block);
            } catch (ProtocolException e) {
                out.pump.releaseUnlessSent(block, lease);
                giveUp(e);
            } catch (RuntimeException e) {
                out.pump.releaseUnlessSent(block, lease);
                throw e;
            }
        }

        @Override
        public void receiveEnded(int result) {
            if (intake.isStoppedInVain(result) && phase == Phase.OPEN) {
                return;
            }
            intake.end();
            if (result < 0 && phase.compareTo(Phase.SHUT) < 0) {
                failed(-result);
                abort();
            }
        }

        @Override
        public void sent(int result) {
            touch();
            out.pump.sent(result);
        }

        @Override
        public void sendFailed(int errno) {
            if (phase.compareTo(Phase.SHUT) < 0) {
                failed(errno);
                abort();
            }
        }

        @Override
        public void roomCame(int result) {
            out.pump.roomCame(result);
        }

        @Override
        public void closed() {
            transportClosed = true;
            transportClosed();
        }
    }

    private final class Sending implements OutboundOwner {
        @Override
        public void added() {
            unsent = true;
            if (!settling.isRunning()) { // else all that is added is sent together, soon
                settleUnlessHandling();
            }
        }

        @Override
        public void roseAboveHigh() {
            tell(Connection.this::congested);
        }

        @Override
        public void fellBelowLow() {
            tell(Connection.this::relieved);
        }

        @Override
        public boolean sendsQuietly() {
            return phase == Phase.OPEN && !outputEnd.isToBeTold();
        }

        @Override
        public void moved() {
            touch();
        }

        @Override
        public void sendFailed(int errno) {
            failed(errno);
            abort();
        }
    }
}
