package dev.sluice.aio.line;

import dev.sluice.events.EventKind;
import dev.sluice.events.Signal;
import dev.sluice.uring.CqeFlags;

/** One of many events of an operation that goes on. */
public abstract class ContinuingSignal extends Signal {
    @Override
    protected final EventKind kind() {
        return EventKind.COMPLETION;
    }

    @Override
    protected final int flags() {
        return CqeFlags.F_MORE;
    }
}
