package dev.sluice.uring;

/** Whose a ring is, whether it is open, and whether its completions are being handed out: the checks at the door of every ring. */
final class RingOwner {

    private Thread owner;
    private volatile boolean closed;
    private boolean draining;

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
        if (draining) {
            throw new IllegalStateException("close called from a completion handler");
        }
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

    /** Before completions are handed out, {@link #endDrain} after. */
    void beginDrain(int limit) {
        check();
        if (limit < 0) {
            throw new IllegalArgumentException("limit must not be negative: " + limit);
        }
        if (draining) {
            throw new IllegalStateException("drainCompletions called from a completion handler");
        }
        draining = true;
    }

    void endDrain() {
        draining = false;
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
