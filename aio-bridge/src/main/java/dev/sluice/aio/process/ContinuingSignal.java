package dev.sluice.aio.process;

import dev.sluice.events.EventKind;
import dev.sluice.events.Signal;
import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.Opcode;

/** One of many events of an operation that goes on and that the ring never sees. */
public abstract class ContinuingSignal extends Signal {
    @Override
    protected final void discarded() {
        delivered();
    }

    @Override
    protected final EventKind kind() {
        return EventKind.COMPLETION;
    }

    @Override
    protected final int operation() {
        return Opcode.NOP;
    }

    @Override
    protected final int flags() {
        return CqeFlags.F_MORE;
    }
}
