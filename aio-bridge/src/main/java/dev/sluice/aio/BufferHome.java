package dev.sluice.aio;

/** Where buffers come from and go back to, on the thread of one queue. */
abstract class BufferHome {
    private final LateReleases lateReleases;
    private final boolean checked;

    BufferHome(LateReleases lateReleases, boolean checked) {
        this.lateReleases = lateReleases;
        this.checked = checked;
    }

    /** Takes a buffer back that was just released. */
    abstract void takeBack(IoBuffer buffer);

    /** What other threads give back. */
    final LateReleases lateReleases() {
        return lateReleases;
    }

    /** Whether each lease is an object of its own, of which nothing can be had once it was released. */
    final boolean isChecked() {
        return checked;
    }
}
