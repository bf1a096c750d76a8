// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.watch;

import dev.sluice.aio.line.ContinuingSignal;

/** The event of one change. */
final class ChangeSignal extends ContinuingSignal {
    private final Watches watches;
    private WatchOperation source;
    private Change change;

    ChangeSignal(Watches watches) {
        this.watches = watches;
    }

    void set(WatchOperation newSource, Change newChange) {
        source = newSource;
        change = newChange;
    }

    boolean isPending() {
        return change != null;
    }

    @Override
    protected void delivered() {
        final WatchOperation from = source;
        source = null;
        change = null;
        from.changeHandled();
        if (!from.owns(this)) {
            watches.giveBack(this);
        }
    }

    @Override
    protected void discarded() {
        delivered();
    }

    @Override
    protected int result() {
        return change.mask();
    }

    @Override
    protected Object message() {
        return watches.face(change);
    }

    @Override
    protected String describe() {
        return "file changed: " + change;
    }
}
