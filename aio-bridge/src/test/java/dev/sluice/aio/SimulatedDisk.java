// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.disk.PageCache;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.memory.NativeMemory;
import dev.sluice.uring.simulated.SimulatedFaults;
import dev.sluice.uring.simulated.SimulatedRing;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * A disk that serves some reads at a time, in the order of arrival; each takes its time, more or less. What of a file is in the page
 * cache it is told, and that stays so.
 */
public final class SimulatedDisk implements SimulatedFaults, PageCache {
    public final SimulatedRing ring;
    private long[] freeAtNs;
    private long serviceNs;
    private double spread;
    private double atOnce;
    private final BitSet cachedPages = new BitSet();

    public SimulatedDisk(long seed) {
        ring = new SimulatedRing(seed, 1024, 4096, this);
    }

    /** From now on; what it serves already is not changed. */
    public void serve(int atATime, long newServiceNs, double newSpread) {
        freeAtNs = new long[atATime];
        serviceNs = newServiceNs;
        spread = newSpread;
    }

    /** That part of the reads is not for the disk. */
    public void answerAtOnce(double part) {
        atOnce = part;
    }

    /** That page of each file is in the page cache, whatever is read. */
    public void cache(int page) {
        cachedPages.set(page);
    }

    @Override
    public long cachedPages(int fd, long offset, long lengthBytes) {
        final int first = (int) (offset / NativeMemory.pageBytes());
        final int last = (int) ((offset + lengthBytes - 1) / NativeMemory.pageBytes());
        return cachedPages.get(first, last + 1).cardinality();
    }

    @Override
    public long latencyNs(int opcode, long offset, SplittableRandom random) {
        if (opcode != Opcode.READ
                || cachedPages.get((int) (offset / NativeMemory.pageBytes()))
                || random.nextDouble() < atOnce) {
            return 0L;
        }
        Arrays.sort(freeAtNs);
        final long nowNs = ring.nanoTime();
        final long startNs = Math.max(nowNs, freeAtNs[0]);
        freeAtNs[0] = startNs + (long) (serviceNs * (1.0 - spread + 2.0 * spread * random.nextDouble()));
        return freeAtNs[0] - nowNs;
    }
}
