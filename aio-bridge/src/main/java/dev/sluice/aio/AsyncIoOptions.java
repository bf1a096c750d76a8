// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.disk.AdmissionLimits;
import dev.sluice.aio.memory.DefaultArena;
import dev.sluice.aio.operation.IoSettings;
import dev.sluice.containers.ResourceContainer;

/**
 * How much an {@link AsyncIo} may have under way.
 *
 * @param arenaBytes the most memory for buffers, at least 256 KiB
 * @param arenaReservedBytes how much of it is kept for bands of {@link dev.sluice.containers.Priority#HIGH} and above; what is
 *     left is at least 256 KiB
 * @param descriptors the most that the queue may have open, or be about to open or close; who asks for one more waits. Without a bound
 *     unless set: then only limits of containers hold. Below RLIMIT_NOFILE, which is the whole process's: the JVM, the ring, other
 *     queues and what a blocking job opens for itself have some too
 * @param descriptorsReserved how many of them are kept for bands of {@link dev.sluice.containers.Priority#HIGH} and above
 * @param readWindow operations that may be in flight at one {@linkplain PhysicalDisk physical disk}, at most: this queue begins none
 *     while it and the others of the process have as many there. Never more than half of what the disk's own queue takes ({@code
 *     nr_requests}), since the submission of one more than that waits in the block layer
 * @param readLatencyTargetNs what a read may take on average, in nanoseconds, from its submission to the kernel until its
 *     completion is seen; 0 keeps the window at {@link #readWindow()}. What the kernel has accepted nobody can overtake, so
 *     that a read of a high band waits for all that is in flight. With a target, each device's window starts at 1 and finds
 *     the width, up to {@link #readWindow()}, at which reads take no longer. It decides by the mean of twice as many reads
 *     as it is wide, and at least 8: above the target it shrinks by as much; below, it grows while reads wait, and after a
 *     step that made them take too long it tries again later each time, after up to 64 such means. Reads that were
 *     answered at once, by the page cache, do not count unless all were. A read of a high band then waits for one place to become free, and about as long as the
 *     target. One and a half times what a read takes alone is enough for as many at a time as the disk can serve at once,
 *     and a half more; a disk that serves one after the other gets one. Less than what a read takes alone leaves one at a
 *     time. What a narrower window costs is throughput, mostly the low bands'
 * @param openWindow opens, stats and operations on names that may wait for a disk together, each on a kernel worker of its own: one
 *     more than the kernel has workers would wait in the order of arrival. As many other workers are for writes, and for reads for which
 *     the map of the file must be read first
 * @param openReserved how many of the first are kept for bands of {@link dev.sluice.containers.Priority#HIGH} and above; as many of the
 *     second are kept from writes, and from each single disk
 * @param registeredBuffers whether the memory for buffers is registered with the ring, as far as RLIMIT_MEMLOCK allows: reads and
 *     writes of files are cheaper then, most of all with {@code O_DIRECT}, and the memory is pinned
 * @param checkedBuffers whether each lease of a buffer is an object of its own, whose every use after its release throws and says where
 *     that was, and whose bytes are overwritten then. Finds who keeps a buffer too long; costs memory and time. As
 *     {@code -Dsluice.buffers=checked} says, unless set
 */
public record AsyncIoOptions(
        long arenaBytes,
        long arenaReservedBytes,
        long descriptors,
        long descriptorsReserved,
        int readWindow,
        long readLatencyTargetNs,
        int openWindow,
        int openReserved,
        boolean registeredBuffers,
        boolean checkedBuffers) {
    private static final long MAX_LATENCY_TARGET_NS = 60_000_000_000L;

    /**
     * Checks the values.
     *
     * @param arenaBytes see {@link #arenaBytes()}
     * @param arenaReservedBytes see {@link #arenaReservedBytes()}
     * @param descriptors see {@link #descriptors()}
     * @param descriptorsReserved see {@link #descriptorsReserved()}
     * @param readWindow see {@link #readWindow()}
     * @param readLatencyTargetNs see {@link #readLatencyTargetNs()}
     * @param openWindow see {@link #openWindow()}
     * @param openReserved see {@link #openReserved()}
     * @param registeredBuffers see {@link #registeredBuffers()}
     * @param checkedBuffers see {@link #checkedBuffers()}
     * @throws IllegalArgumentException if one is out of range, or {@code arenaBytes} more than the machine's memory or than control
     *     groups allow the process: with both numbers
     */
    public AsyncIoOptions {
        if (arenaBytes < BufferArena.MAX_BLOCK_BYTES) {
            throw new IllegalArgumentException(
                    "arenaBytes must be at least " + BufferArena.MAX_BLOCK_BYTES + ": arenaBytes=" + arenaBytes);
        }
        // The least there can be is the default, however little a group has.
        if (arenaBytes > BufferArena.MAX_BLOCK_BYTES) {
            DefaultArena.check(arenaBytes);
        }
        if (arenaReservedBytes < 0L || arenaReservedBytes > arenaBytes - BufferArena.MAX_BLOCK_BYTES) {
            throw new IllegalArgumentException(
                    "arenaReservedBytes must be 0..arenaBytes - " + BufferArena.MAX_BLOCK_BYTES
                            + ": arenaReservedBytes=" + arenaReservedBytes + ", arenaBytes=" + arenaBytes);
        }
        if (descriptorsReserved < 0L || descriptors <= descriptorsReserved) {
            throw new IllegalArgumentException(
                    "descriptors must be above descriptorsReserved, which must be at least 0: descriptors="
                            + descriptors + ", descriptorsReserved=" + descriptorsReserved);
        }
        if (readWindow < 1) {
            throw new IllegalArgumentException("readWindow must be at least 1: readWindow=" + readWindow);
        }
        if (readLatencyTargetNs < 0L || readLatencyTargetNs > MAX_LATENCY_TARGET_NS) {
            throw new IllegalArgumentException("readLatencyTargetNs must be 0.." + MAX_LATENCY_TARGET_NS
                    + ": readLatencyTargetNs=" + readLatencyTargetNs);
        }
        if (openReserved < 0 || openWindow <= openReserved) {
            throw new IllegalArgumentException("openWindow must be above openReserved, which must be at least 0:"
                    + " openWindow=" + openWindow + ", openReserved=" + openReserved);
        }
    }

    /**
     * 256 MiB of buffers, or an eighth of the memory that control groups allow the process if that is less, with an eighth of them kept
     * for high bands; descriptors without a bound; 32 reads for each device, whatever they take; 16 opens, a quarter of them kept for high
     * bands; registered buffers.
     *
     * @return the defaults
     */
    public static AsyncIoOptions defaults() {
        return new AsyncIoOptions(
                DefaultArena.BYTES,
                reserveOf(DefaultArena.BYTES),
                ResourceContainer.NO_LIMIT,
                0L,
                32,
                0L,
                16,
                4,
                true,
                "checked".equals(System.getProperty("sluice.buffers")));
    }

    /**
     * Changes the memory for buffers; an eighth of it is kept for high bands, or what is above 256 KiB, if that is less.
     *
     * @param bytes see {@link #arenaBytes()}
     * @return changed options
     * @throws IllegalArgumentException if it is out of range, or more than there is
     */
    public AsyncIoOptions withArenaBytes(long bytes) {
        return withArenaBytes(bytes, reserveOf(bytes));
    }

    private static long reserveOf(long bytes) {
        return Math.max(0L, Math.min(bytes / 8L, bytes - BufferArena.MAX_BLOCK_BYTES));
    }

    /**
     * Changes the memory for buffers.
     *
     * @param bytes see {@link #arenaBytes()}
     * @param reservedBytes see {@link #arenaReservedBytes()}
     * @return changed options
     * @throws IllegalArgumentException if one is out of range
     */
    public AsyncIoOptions withArenaBytes(long bytes, long reservedBytes) {
        return new AsyncIoOptions(
                bytes,
                reservedBytes,
                descriptors,
                descriptorsReserved,
                readWindow,
                readLatencyTargetNs,
                openWindow,
                openReserved,
                registeredBuffers,
                checkedBuffers);
    }

    /**
     * Bounds the descriptors. What the queue has at all times (listeners, watches, the cache of open files) is part of that, and so is what
     * a request holds while it waits for more: see {@link dev.sluice.containers.Resource#DESCRIPTORS}.
     *
     * @param most see {@link #descriptors()}
     * @param reserved see {@link #descriptorsReserved()}
     * @return changed options
     * @throws IllegalArgumentException if one is out of range
     */
    public AsyncIoOptions withDescriptors(long most, long reserved) {
        return new AsyncIoOptions(
                arenaBytes,
                arenaReservedBytes,
                most,
                reserved,
                readWindow,
                readLatencyTargetNs,
                openWindow,
                openReserved,
                registeredBuffers,
                checkedBuffers);
    }

    /**
     * Changes the window of reads.
     *
     * @param window see {@link #readWindow()}
     * @return changed options
     * @throws IllegalArgumentException if it is out of range
     */
    public AsyncIoOptions withReadWindow(int window) {
        return new AsyncIoOptions(
                arenaBytes,
                arenaReservedBytes,
                descriptors,
                descriptorsReserved,
                window,
                readLatencyTargetNs,
                openWindow,
                openReserved,
                registeredBuffers,
                checkedBuffers);
    }

    /**
     * Has the window of reads tune itself to a latency, or no longer.
     *
     * @param targetNs see {@link #readLatencyTargetNs()}
     * @return changed options
     * @throws IllegalArgumentException if it is negative or above a minute
     */
    public AsyncIoOptions withReadLatencyTargetNs(long targetNs) {
        return new AsyncIoOptions(
                arenaBytes,
                arenaReservedBytes,
                descriptors,
                descriptorsReserved,
                readWindow,
                targetNs,
                openWindow,
                openReserved,
                registeredBuffers,
                checkedBuffers);
    }

    /**
     * Changes the window of opens.
     *
     * @param window see {@link #openWindow()}
     * @param reserved see {@link #openReserved()}
     * @return changed options
     * @throws IllegalArgumentException if one is out of range
     */
    public AsyncIoOptions withOpenWindow(int window, int reserved) {
        return new AsyncIoOptions(
                arenaBytes,
                arenaReservedBytes,
                descriptors,
                descriptorsReserved,
                readWindow,
                readLatencyTargetNs,
                window,
                reserved,
                registeredBuffers,
                checkedBuffers);
    }

    /**
     * Changes whether buffers are registered.
     *
     * @param registered see {@link #registeredBuffers()}
     * @return changed options
     */
    public AsyncIoOptions withRegisteredBuffers(boolean registered) {
        return new AsyncIoOptions(
                arenaBytes,
                arenaReservedBytes,
                descriptors,
                descriptorsReserved,
                readWindow,
                readLatencyTargetNs,
                openWindow,
                openReserved,
                registered,
                checkedBuffers);
    }

    /**
     * Changes whether the use of buffers is checked.
     *
     * @param checked see {@link #checkedBuffers()}
     * @return changed options
     */
    public AsyncIoOptions withCheckedBuffers(boolean checked) {
        return new AsyncIoOptions(
                arenaBytes,
                arenaReservedBytes,
                descriptors,
                descriptorsReserved,
                readWindow,
                readLatencyTargetNs,
                openWindow,
                openReserved,
                registeredBuffers,
                checked);
    }

    IoSettings settings() {
        return new IoSettings(
                new AdmissionLimits(readWindow, readLatencyTargetNs, openWindow, openReserved),
                descriptors,
                descriptorsReserved,
                arenaBytes,
                arenaReservedBytes,
                registeredBuffers,
                checkedBuffers,
                IoBuffer::new);
    }
}
