// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.disk;

import dev.sluice.aio.disk.DiskLookup.Found;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A disk, whatever partitions, volumes and subvolumes it is seen as, and how many operations of this process it has: those of all
 * queues, since it serves them all.
 *
 * <p>Each queue has a line of its own for it. A place that becomes free goes to the line whose first operation ranks highest, and to
 * lines of one rank in turn; the queue whose line that is, if it is not the one that has left, is woken.
 *
 * <p>Writes have at most half of the places, so that reads always find the others; and one, if reads have all of them.
 *
 * <p>For any thread.
 */
public final class Disk {
    /** Of a disk's queue: a read of pages that lie apart is several requests, and the kernel's own writing back takes some, too. */
    private static final int PART_OF_QUEUE = 2;

    private static final long READ = 1L << 32;
    private static final long WRITE = 1L;

    /** Weighs the newest read at an eighth. */
    private static final int MEAN_SHIFT = 3;

    private final String name;
    private volatile int mostInFlight;

    /** Reads in the upper half, writes in the lower. */
    private final AtomicLong inFlight = new AtomicLong();

    private final AtomicLong turns = new AtomicLong();
    private volatile DiskLine[] lines = {};

    /** Told late rather than at the cost of a fence. */
    private final AtomicLong meanReadNs = new AtomicLong();

    Disk(String name, int queueRequests) {
        this.name = name;
        setQueueRequests(queueRequests);
    }

    /** As found now: the administrator may change it. */
    final void setQueueRequests(int queueRequests) {
        mostInFlight = queueRequests == Found.NOT_KNOWN ? queueRequests : Math.max(1, queueRequests / PART_OF_QUEUE);
    }

    /** As the kernel calls it. */
    public String name() {
        return name;
    }

    /** Reads and writes of this process, not those that wait for their turn. */
    public int inFlight() {
        final long now = inFlight.get();
        return reads(now) + writes(now);
    }

    /** How long a read that joins the lines now will wait for its turn; 0 while nothing waits, or nothing is known yet. */
    public long estimatedWaitNs() {
        long waiting = 0L;
        for (final DiskLine line : lines) {
            waiting += line.waiting();
        }
        return waiting == 0L ? 0L : waiting * meanReadNs.get() / Math.max(1, inFlight());
    }

    /** Which is fewer than its queue takes. */
    public int mostInFlight() {
        return mostInFlight;
    }

    synchronized void add(DiskLine line) {
        final DiskLine[] more = Arrays.copyOf(lines, lines.length + 1);
        more[more.length - 1] = line;
        lines = more;
    }

    synchronized void remove(DiskLine line) {
        lines = Arrays.stream(lines).filter(other -> other != line).toArray(DiskLine[]::new);
    }

    boolean isShared() {
        return lines.length > 1;
    }

    /** Whether there is a place, of so many, of which {@code others} are taken by what was not counted. */
    boolean hasRoom(boolean write, int limit, int others) {
        return hasRoom(inFlight.get(), write, limit, others);
    }

    /** Takes a place if there is one. */
    boolean enter(boolean write, int limit, int others) {
        long now;
        do {
            now = inFlight.get();
            if (!hasRoom(now, write, limit, others)) {
                return false;
            }
        } while (!inFlight.compareAndSet(now, now + unit(write)));
        return true;
    }

    private boolean hasRoom(long now, boolean write, int limit, int others) {
        final int most = Math.min(limit, mostInFlight);
        final boolean free = reads(now) + writes(now) + others < most;
        return write
                ? writes(now) == 0 || (free && writes(now) < most / 2)
                : free || reads(now) + others < most - most / 2;
    }

    /** Gives a place back, or to the line that comes first. */
    void left(DiskLine leaving, boolean write) {
        if (!isShared()) {
            inFlight.addAndGet(-unit(write));
            return;
        }
        final DiskLine first = first(write);
        if (first != null) {
            first.hadTurn(turns.incrementAndGet());
            if (first != leaving && first.grant(write)) {
                return;
            }
        }
        inFlight.addAndGet(-unit(write));
        if (first == null) { // what waits for a place of the other kind may find one now
            for (final DiskLine line : lines) {
                if (line != leaving && line.waiting() > 0) {
                    line.wake();
                }
            }
        }
    }

    /** The line to have a place that is free for a write, or for a read; null if none waits for one. */
    private DiskLine first(boolean write) {
        DiskLine first = null;
        for (final DiskLine line : lines) {
            if (line.wants(write) && (first == null || line.goesBefore(first, write))) {
                first = line;
            }
        }
        return first;
    }

    void readTook(long latencyNs) {
        final long mean = meanReadNs.getPlain();
        meanReadNs.lazySet(
                mean == 0L ? latencyNs : mean + ((latencyNs - mean) >> MEAN_SHIFT)); // a lost race costs one read
    }

    private static long unit(boolean write) {
        return write ? WRITE : READ;
    }

    private static int reads(long packed) {
        return (int) (packed >>> 32);
    }

    private static int writes(long packed) {
        return (int) packed;
    }

    @Override
    public String toString() {
        return "disk " + name + ", " + inFlight() + " in flight";
    }
}
