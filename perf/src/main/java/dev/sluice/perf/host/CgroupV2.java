// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** One directory in the unified hierarchy. */
final class CgroupV2 implements Cgroup {
    private static final long NS_PER_US = 1000;

    private final Path directory;

    private CgroupV2(Path directory) {
        this.directory = directory;
    }

    static CgroupV2 create(Path root, String name) throws IOException {
        Files.writeString(root.resolve("cgroup.subtree_control"), "+io");
        return new CgroupV2(Files.createDirectory(root.resolve(name)));
    }

    @Override
    public List<Path> procsFiles() {
        return List.of(directory.resolve("cgroup.procs"));
    }

    @Override
    public void limitReads(String device, int readsPerSecond) throws IOException {
        Files.writeString(directory.resolve("io.max"), device + " riops=" + readsPerSecond);
    }

    /** Lines are {@code 7:0 rbytes=0 wbytes=0 rios=42 wios=0 dbytes=0 dios=0}; a device without I/O has none. */
    @Override
    public long readCount(String device) throws IOException {
        for (String line : Files.readAllLines(directory.resolve("io.stat"))) {
            final String[] words = line.split(" ", -1);
            if (words[0].equals(device)) {
                return value(words, "rios=", line);
            }
        }
        return 0;
    }

    /** cpu.stat has the usage even where the cpu controller is off. */
    @Override
    public long cpuNs() throws IOException {
        final String stat = Files.readString(directory.resolve("cpu.stat"));
        return value(stat.replace(' ', '=').split("\n", -1), "usage_usec=", stat) * NS_PER_US;
    }

    private static long value(String[] words, String key, String text) throws IOException {
        for (String word : words) {
            if (word.startsWith(key)) {
                return Long.parseLong(word.substring(key.length()));
            }
        }
        throw new IOException("no " + key + " in: " + text);
    }

    @Override
    public void close() throws IOException {
        CgroupDirectories.remove(directory);
    }
}
