// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.watch;

import dev.sluice.aio.file.Root;
import dev.sluice.aio.line.ContinuingSignal;
import java.util.function.Function;

/** The event of a path that leads elsewhere. While it is pending it tells the latest. */
final class RootSignal extends ContinuingSignal {
    /** Makes what the application has of a root. */
    private final Function<Root, Object> faces;

    private Root root;
    private int result;
    private boolean pending;

    RootSignal(Function<Root, Object> faces) {
        this.faces = faces;
    }

    /** True if it is to be queued. */
    boolean set(int newResult, Root newRoot) {
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
    protected int result() {
        return result;
    }

    @Override
    protected Object message() {
        return root == null ? null : faces.apply(root);
    }

    @Override
    protected String describe() {
        return "root directory: " + (root == null ? "none, " + result : root.path());
    }
}
