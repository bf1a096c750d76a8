// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.line;

import dev.sluice.events.order.Signal;
import dev.sluice.uring.CqeFlags;

/** One of many events of an operation that goes on. */
public abstract class ContinuingSignal extends Signal {
    @Override
    protected final Kind kind() {
        return Kind.COMPLETION;
    }

    @Override
    protected final int flags() {
        return CqeFlags.F_MORE;
    }
}
