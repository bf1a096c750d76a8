// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.base;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Whose a ring is, whether it is open, and whether its completions are being handed out: the checks at the door of every ring. */
public final class RingOwner {
    /** Null where there are no virtual threads. */
    private static final MethodHandle IS_VIRTUAL = findIsVirtual();

    private Thread owner;
    private volatile boolean closed;
    private boolean draining;

    public synchronized void enable() {
        checkOpen();
        if (owner != null) {
            throw new IllegalStateException("the ring is enabled already, by thread \"" + owner.getName() + "\"");
        }
        if (isVirtual(Thread.currentThread())) {
            throw new IllegalStateException(
                    "a ring belongs to one thread of the kernel, and a virtual thread changes from one to"
                            + " another: open it on a platform thread, such as new Thread(...) or Thread.ofPlatform() makes");
        }
        owner = Thread.currentThread();
    }

    /** Virtual threads came with JDK 21. */
    private static boolean isVirtual(Thread thread) {
        if (IS_VIRTUAL == null) {
            return false;
        }
        try {
            return (boolean) IS_VIRTUAL.invokeExact(thread);
        } catch (Throwable e) { // the signature's; it throws nothing
            throw new LinkageError("Thread.isVirtual()", e);
        }
    }

    private static MethodHandle findIsVirtual() {
        try {
            return MethodHandles.publicLookup()
                    .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
        } catch (ReflectiveOperationException e) {
            return null; // a JDK that has none
        }
    }

    /** Returns false unless the owner has died. */
    public synchronized boolean takeOver() {
        if (closed || owner == null || owner.isAlive()) {
            return false;
        }
        owner = Thread.currentThread();
        return true;
    }

    public boolean isCaller() {
        return Thread.currentThread() == owner; // a race with enable() is between false and false
    }

    /** Returns false if it was closed before. */
    public synchronized boolean close() {
        if (draining) {
            throw new IllegalStateException("close called from a completion handler");
        }
        final boolean wasOpen = !closed;
        closed = true;
        return wasOpen;
    }

    public boolean isClosed() {
        return closed;
    }

    public void checkOpen() {
        if (closed) {
            throw new IllegalStateException("ring is closed");
        }
    }

    public void check() {
        if (Thread.currentThread() != owner || closed) {
            refuseCaller();
        }
    }

    /** Before completions are handed out, {@link #endDrain} after. */
    public void beginDrain(int limit) {
        check();
        if (limit < 0) {
            throw new IllegalArgumentException("limit must not be negative: " + limit);
        }
        if (draining) {
            throw new IllegalStateException("drainCompletions called from a completion handler");
        }
        draining = true;
    }

    public void endDrain() {
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
