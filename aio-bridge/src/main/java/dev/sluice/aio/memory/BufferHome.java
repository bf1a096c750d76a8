// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.memory;

/** Where blocks come from and go back to, on the thread of one queue. */
public abstract class BufferHome {
    private final BlockSettings settings;
    private final boolean checked;

    protected BufferHome(BlockSettings settings) {
        this(settings, settings.checked());
    }

    BufferHome(BlockSettings settings, boolean checked) {
        this.settings = settings;
        this.checked = checked;
    }

    /** Takes a block back that was just released. */
    protected abstract void takeBack(Block block);

    final BlockSettings settings() {
        return settings;
    }

    /** What other threads give back. */
    public final LateReleases lateReleases() {
        return settings.lateReleases();
    }

    /** Whether each lease is an object of its own, of which nothing can be had once it was released. */
    public final boolean isChecked() {
        return checked;
    }

    final Object newFace(Block block) {
        return settings.faces().apply(block);
    }
}
