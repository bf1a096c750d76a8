// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.disk;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The disks that files were found on, each one object. For any thread. */
public final class Disks {
    /** Those of this machine, for all queues of the process. */
    public static final Disks OF_THE_MACHINE =
            new Disks(new DiskLookup(Path.of("/sys"), Path.of("/proc/self/mountinfo")));

    private final DiskLookup lookup;
    private final Map<String, Disk> disks = new ConcurrentHashMap<>();

    public Disks(DiskLookup lookup) {
        this.lookup = lookup;
    }

    /** Looks anew each time: a number may stand for another disk meanwhile, and a disk may have been given another queue. */
    public Disk find(long device, long mountId) {
        final DiskLookup.Found found = lookup.find(device, mountId);
        final Disk known = disks.get(found.name());
        if (known != null) {
            known.setQueueRequests(found.queueRequests());
            return known;
        }
        final Disk disk = new Disk(found.name(), found.queueRequests());
        final Disk first = disks.putIfAbsent(found.name(), disk);
        return first == null ? disk : first;
    }
}
