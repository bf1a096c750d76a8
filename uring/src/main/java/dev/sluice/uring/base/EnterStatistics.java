// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.base;

import dev.sluice.uring.EnterTimes;
import dev.sluice.uring.RingStatistics;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Counted by the ring that is entered, on its owner's thread. */
public final class EnterStatistics implements RingStatistics {
    private final RingOwner owner;

    /** Opaque stores: whole, and as cheap as plain ones. */
    private final AtomicLong enters = new AtomicLong();

    private final EnterTimes enterTimes = new EnterTimes();
    private long busyInLastWaitNs;
    private Supplier<String> where = () -> "";

    public EnterStatistics(RingOwner owner) {
        this.owner = owner;
    }

    /** Before each enter. */
    public void begins() {
        enters.setOpaque(enters.getPlain() + 1L);
    }

    /** An enter took so long that was not asked to wait. */
    public void returned(long durationNs) {
        enterTimes.record(durationNs);
    }

    /** Of an enter that was asked to wait, so much went by otherwise. */
    public void waited(long busyNs) {
        busyInLastWaitNs = busyNs;
    }

    /** Who sees where the thread is blocked. */
    public void watch(Supplier<String> newWhere) {
        where = newWhere;
    }

    @Override
    public long enters() {
        owner.checkOpen();
        return enters.getOpaque();
    }

    @Override
    public EnterTimes enterTimes() {
        return enterTimes;
    }

    @Override
    public long busyInLastWaitNs() {
        owner.check();
        return busyInLastWaitNs;
    }

    @Override
    public String busyIn() {
        owner.check();
        return where.get();
    }
}
