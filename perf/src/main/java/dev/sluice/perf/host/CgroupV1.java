// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** One directory in the blkio hierarchy, one in cpuacct. */
final class CgroupV1 implements Cgroup {
    private final Path blkio;
    private final Path cpuacct;

    private CgroupV1(Path blkio, Path cpuacct) {
        this.blkio = blkio;
        this.cpuacct = cpuacct;
    }

    static CgroupV1 create(Path root, String name) throws IOException {
        final CgroupV1 group = new CgroupV1(
                root.resolve("blkio").resolve(name), root.resolve("cpuacct").resolve(name));
        Files.createDirectory(group.blkio);
        try {
            Files.createDirectory(group.cpuacct);
        } catch (IOException e) {
            Files.delete(group.blkio);
            throw e;
        }
        return group;
    }

    @Override
    public List<Path> procsFiles() {
        return List.of(blkio.resolve("cgroup.procs"), cpuacct.resolve("cgroup.procs"));
    }

    @Override
    public void limitReads(String device, int readsPerSecond) throws IOException {
        Files.writeString(blkio.resolve("blkio.throttle.read_iops_device"), device + " " + readsPerSecond);
    }

    /** Lines are {@code 7:0 Read 42}; a device without I/O has none. */
    @Override
    public long readCount(String device) throws IOException {
        final String prefix = device + " Read ";
        for (String line : Files.readAllLines(blkio.resolve("blkio.throttle.io_serviced"))) {
            if (line.startsWith(prefix)) {
                return Long.parseLong(line.substring(prefix.length()).strip());
            }
        }
        return 0;
    }

    @Override
    public long cpuNs() throws IOException {
        return Long.parseLong(Files.readString(cpuacct.resolve("cpuacct.usage")).strip());
    }

    @Override
    public void close() throws IOException {
        CgroupDirectories.remove(blkio);
        CgroupDirectories.remove(cpuacct);
    }
}
