// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

/** What the native calls of a {@link Ring} were like that submit and wait. */
public interface RingStatistics {

    /**
     * Native calls to io_uring_enter so far. Any thread may ask, until the ring is closed.
     *
     * @return the count
     */
    long enters();

    /**
     * How long the native calls took that were not asked to wait. Any thread may ask.
     *
     * @return always the same object
     */
    EnterTimes enterTimes();

    /**
     * How much of the last enter that was asked to wait went by otherwise: the thread was at work in the kernel, or blocked there, on a disk, on
     * memory or on a lock. Where the kernel does that by itself, another thread looks every 20 ms, 80 in a wait that lasts: what is shorter
     * may go unseen. Only for the ring's owner thread.
     *
     * @return nanoseconds; 0 if nothing of it was seen
     */
    long busyInLastWaitNs();

    /**
     * Where the thread was seen blocked in the last enter, asked to wait or not. Only for the ring's owner thread.
     *
     * @return a function of the kernel; empty if it is not known
     */
    String busyIn();
}
