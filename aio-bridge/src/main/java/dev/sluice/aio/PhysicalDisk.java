// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.disk.Disk;
import org.jspecify.annotations.Nullable;

/**
 * A disk, whatever partitions, volumes and subvolumes it is seen as, and how many operations of this process it has: those of all
 * queues, since it serves them all. Found by {@link AsyncFile#disk()}; equal to another if it is the same disk.
 *
 * <p>Each queue has a line of its own for it. A place that becomes free goes to the line whose first operation ranks highest, and to
 * lines of one rank in turn; the queue whose line that is, if it is not the one that has left, is woken.
 *
 * <p>Writes have at most half of its places, so that reads always find the others; and one, if reads have all of them.
 *
 * <p>For any thread.
 */
public final class PhysicalDisk {
    private final Disk disk;

    PhysicalDisk(Disk disk) {
        this.disk = disk;
    }

    /**
     * Returns what the kernel calls it, such as {@code sda} or {@code nvme0n1}; of a file system without a disk its type, and a number or
     * the server, such as {@code nfs4 files.example}.
     *
     * @return the name
     */
    public String name() {
        return disk.name();
    }

    /**
     * Returns how many operations of this process it has or the kernel holds for it.
     *
     * @return reads and writes, not those that wait for their turn
     */
    public int inFlight() {
        return disk.inFlight();
    }

    /**
     * Estimates how long a read that joins the end of the lines now will wait until its turn comes: from how many wait and how long the
     * last reads took. What the page cache has does not wait.
     *
     * @return nanoseconds; 0 while nothing waits, or nothing is known yet
     */
    public long estimatedWaitNs() {
        return disk.estimatedWaitNs();
    }

    boolean isOf(Disk other) {
        return disk == other;
    }

    /** Which is fewer than its queue takes. */
    int mostInFlight() {
        return disk.mostInFlight();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PhysicalDisk same && same.disk == disk;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(disk);
    }

    @Override
    public String toString() {
        return "PhysicalDisk[" + disk.name() + ", " + disk.inFlight() + " in flight]";
    }
}
