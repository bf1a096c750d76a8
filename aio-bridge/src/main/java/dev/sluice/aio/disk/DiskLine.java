// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.disk;

import dev.sluice.aio.line.LineOrder;
import dev.sluice.events.operation.OperationPort;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What one queue has waiting for one {@link Disk}: reads, and writes, which go after them. Other queues see of it who comes first,
 * and give it the place that one of theirs has left.
 */
public final class DiskLine {
    private static final int NONE = -1;

    /** Of what was granted: nothing more can be. */
    private static final int CLOSED = -1;

    final Disk disk;
    final AdmissionWindow reads;
    final AdmissionWindow writes;

    /** A file system on it, or the host, knows no read that does not wait. */
    boolean refusesReadNow;

    /** Operations of this queue that take a worker for this disk. */
    int byWorkers;

    private final Runnable wake;
    private final AtomicInteger grantedReads = new AtomicInteger();
    private final AtomicInteger grantedWrites = new AtomicInteger();

    /** The bands of the first that find no place. */
    private volatile int readBand = NONE;

    private volatile int writeBand = NONE;
    private volatile int waiting;
    private volatile long lastTurn;

    DiskLine(
            Disk disk,
            OperationPort port,
            LineOrder order,
            TransferWorkers workers,
            int widest,
            WindowTuner tuner,
            Runnable wake) {
        this.disk = disk;
        this.wake = wake;
        reads = AdmissionWindow.ofReads(port, order, this, workers, widest, tuner);
        writes = AdmissionWindow.ofWrites(port, order, this, workers, widest);
        disk.add(this);
    }

    /** From any thread. */
    boolean wants(boolean write) {
        return (write ? writeBand : readBand) != NONE;
    }

    /** From any thread: by band, then in turn. */
    boolean goesBefore(DiskLine other, boolean write) {
        final int band = write ? writeBand : readBand;
        final int otherBand = write ? other.writeBand : other.readBand;
        return band != otherBand ? band > otherBand : lastTurn < other.lastTurn;
    }

    void hadTurn(long turn) {
        lastTurn = turn;
    }

    /** From any thread: a place that stays taken is this line's now; false if there is no such line any more. */
    boolean grant(boolean write) {
        final AtomicInteger granted = granted(write);
        int now;
        do {
            now = granted.get();
            if (now == CLOSED) {
                return false;
            }
        } while (!granted.compareAndSet(now, now + 1));
        wake.run();
        return true;
    }

    /** From any thread. */
    void wake() {
        wake.run();
    }

    /** From any thread: how many wait. */
    int waiting() {
        return waiting;
    }

    private AtomicInteger granted(boolean write) {
        return write ? grantedWrites : grantedReads;
    }

    boolean hasGrant(boolean write) {
        return granted(write).get() > 0;
    }

    /** By the queue's thread only, so that what is there stays. */
    boolean useGrant(boolean write) {
        return hasGrant(write) && granted(write).decrementAndGet() >= 0;
    }

    /** All that may go has gone. True if other queues may have left places before they saw that somebody waits here. */
    boolean settled() {
        final boolean look = tell();
        giveBackUnused(false, readBand);
        giveBackUnused(true, writeBand);
        return look && disk.isShared();
    }

    private boolean tell() {
        final int newReadBand = reads.firstBand();
        final int newWriteBand = writes.firstBand();
        final int newWaiting = reads.waitingCount() + writes.waitingCount();
        if (newWaiting != waiting) {
            waiting = newWaiting;
        }
        if (newReadBand == readBand && newWriteBand == writeBand) {
            return false;
        }
        final boolean begins = (readBand == NONE && newReadBand != NONE) || (writeBand == NONE && newWriteBand != NONE);
        readBand = newReadBand;
        writeBand = newWriteBand;
        return begins;
    }

    private void giveBackUnused(boolean write, int band) {
        while (band == NONE && useGrant(write)) {
            disk.left(this, write);
        }
    }

    /** Nothing of this queue waits for the disk, and nothing of the process is in flight there. */
    boolean isIdle() {
        return disk.inFlight() == 0 && reads.waitingCount() == 0 && writes.waitingCount() == 0;
    }

    /** The queue is closed: nothing waits or is in flight any more. */
    void close() {
        readBand = NONE;
        writeBand = NONE;
        waiting = 0;
        disk.remove(this);
        giveBackAll(false, reads.inFlight());
        giveBackAll(true, writes.inFlight());
    }

    private void giveBackAll(boolean write, int lost) {
        final int unused = granted(write).getAndSet(CLOSED);
        for (int i = 0; i < unused + lost; i++) {
            disk.left(this, write);
        }
    }
}
