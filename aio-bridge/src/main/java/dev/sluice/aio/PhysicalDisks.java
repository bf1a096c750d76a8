package dev.sluice.aio;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The disks that files were found on, each one object. For any thread. */
final class PhysicalDisks {
    /** Those of this machine, for all queues of the process. */
    static final PhysicalDisks OF_THE_MACHINE =
            new PhysicalDisks(new DiskLookup(Path.of("/sys"), Path.of("/proc/self/mountinfo")));

    private final DiskLookup lookup;
    private final Map<String, PhysicalDisk> disks = new ConcurrentHashMap<>();

    PhysicalDisks(DiskLookup lookup) {
        this.lookup = lookup;
    }

    /** Looks anew each time: a number may stand for another disk meanwhile, and a disk may have been given another queue. */
    PhysicalDisk find(long device, long mountId) {
        final DiskLookup.Found found = lookup.find(device, mountId);
        final PhysicalDisk known = disks.get(found.name());
        if (known != null) {
            known.setQueueRequests(found.queueRequests());
            return known;
        }
        final PhysicalDisk disk = new PhysicalDisk(found.name(), found.queueRequests());
        final PhysicalDisk first = disks.putIfAbsent(found.name(), disk);
        return first == null ? disk : first;
    }
}
