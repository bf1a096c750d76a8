package dev.sluice.aio;

import dev.sluice.events.EventKind;
import dev.sluice.events.Signal;
import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.Opcode;

/** The event of a path that leads elsewhere. While it is pending it tells the latest. */
final class RootSignal extends Signal {
    private RootDirectory root;
    private int result;
    private boolean pending;

    /** True if it is to be queued. */
    boolean set(int newResult, RootDirectory newRoot) {
        closeRoot();
        result = newResult;
        root = newRoot;
        final boolean toQueue = !pending;
        pending = true;
        return toQueue;
    }

    private void closeRoot() {
        if (root != null) {
            root.close();
            root = null;
        }
    }

    /** The root is whose handler was told of it. */
    @Override
    protected void delivered() {
        root = null;
        pending = false;
    }

    @Override
    protected void discarded() {
        closeRoot();
        pending = false;
    }

    @Override
    protected EventKind kind() {
        return EventKind.COMPLETION;
    }

    @Override
    protected int operation() {
        return Opcode.NOP;
    }

    @Override
    protected int flags() {
        return CqeFlags.F_MORE;
    }

    @Override
    protected int result() {
        return result;
    }

    @Override
    protected Object message() {
        return root;
    }

    @Override
    protected String describe() {
        return "root directory: " + (root == null ? "none, " + result : root.path());
    }
}
