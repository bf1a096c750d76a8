// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.Event;
import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;

/** Who does one thing after the other in a {@link SoakRun}, and knows what each has to come to. Is the attachment of its operations. */
abstract class SoakActor {
    final SoakRun run;
    private boolean underWay;
    private boolean over;

    /** Leased for the operation under way; null for none. */
    IoBuffer buffer;

    SoakActor(SoakRun run) {
        this.run = run;
    }

    /**
     * Starts one operation, by {@link #begun} or {@link #begunForSure}; or ends the actor, by {@link #end}; or does neither, to be asked
     * again in the next turn.
     */
    abstract void next();

    /** The operation's terminal event. */
    abstract void ended(Event event, int result);

    /** An event of an operation that goes on. */
    void more(Event event) {
        throw new AssertionError("not the last event of " + this + ": " + event);
    }

    /** Asked again and again at the end of a run: ends what does not end by itself. */
    void stopping() {}

    final void end() {
        over = true;
        run.actors.remove(this);
    }

    final void goOn() {
        assertThat(underWay).as("%s starts while something is under way", this).isFalse();
        next();
        if (!underWay && !over) {
            releaseBuffer();
            run.ready(this);
        }
    }

    /** An operation that may be stopped. */
    final void begun(long id) {
        if (begunForSure(id)) {
            run.mayStop(id);
        }
    }

    /** An operation that is left to run to its end. Returns false if the queue had no room for it. */
    final boolean begunForSure(long id) {
        if (id == AsyncIo.BACK_PRESSURED) {
            return false;
        }
        underWay = true;
        run.started++;
        return true;
    }

    /** Returns false if the arena has nothing left. */
    final boolean lease(int lengthBytes) {
        buffer = run.io.arena().tryLease(lengthBytes);
        if (buffer == null) {
            return false;
        }
        buffer.bytes().limit(lengthBytes);
        return true;
    }

    final void releaseBuffer() {
        if (buffer != null) {
            buffer.release();
            buffer = null;
        }
    }

    /** What was under way was cancelled, and has no event. */
    final void endedWithoutEvent() {
        assertThat(underWay).isTrue();
        underWay = false;
        run.ended(Opcode.NOP, -Errno.ECANCELED);
        run.ready(this);
    }

    final void take(Event event) {
        assertThat(underWay)
                .as("%s waits for an event, and has one: %s", this, event)
                .isTrue();
        if ((event.flags() & CqeFlags.F_MORE) != 0) {
            run.moreEvents++;
            more(event);
            return;
        }
        underWay = false;
        final int result = event.result();
        run.ended(event.operation(), result);
        ended(event, result);
        releaseBuffer();
        if (!over) {
            run.ready(this);
        }
    }
}
