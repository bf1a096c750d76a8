package dev.sluice.uring;

/** Whose a ring is, and whether it is open: the checks at the door of a ring that is not the kernel's. */
final class RingOwner {

    private Thread owner;
    private volatile boolean closed;

    synchronized void enable() {
        checkOpen();
        if (owner != null) {
            throw new IllegalStateException("the ring is enabled already, by thread \"" + owner.getName() + "\"");
        }
        owner = Thread.currentThread();
    }

    boolean isCaller() {
        return Thread.currentThread() == owner; // a race with enable() is between false and false
    }

    /** Returns false if it was closed before. */
    synchronized boolean close() {
        final boolean wasOpen = !closed;
        closed = true;
        return wasOpen;
    }

    boolean isClosed() {
        return closed;
    }

    void checkOpen() {
        if (closed) {
            throw new IllegalStateException("ring is closed");
        }
    }

    void check() {
        if (Thread.currentThread() != owner || closed) {
            refuseCaller();
        }
    }

    private void refuseCaller() {
        checkOpen();
        final String caller = Thread.currentThread().getName();
        throw new IllegalStateException(
                owner == null
                        ? "the ring is not enabled: its owner thread calls enable() first; called from thread \""
                                + caller + "\""
                        : "the ring belongs to thread \"" + owner.getName() + "\", called from thread \"" + caller
                                + "\"");
    }
}
