// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Makes the disk below a directory slow for this process, by a group of its own under the v1 blkio controller, and lets
 * it go again. Skips the test where that takes rights or a controller that are not there.
 */
final class SlowDisk {
    /** What is done while the disk is slow. */
    interface Body {
        void run() throws Exception;
    }

    private static final Path DROP_CACHES = Path.of("/proc/sys/vm/drop_caches");
    private static final Path BLKIO = Path.of("/sys/fs/cgroup/blkio");

    private SlowDisk() {}

    /** For a test that has something open by the time it needs the slow disk. */
    static void assumePossible() {
        assumeTrue(
                Files.isWritable(BLKIO.resolve("cgroup.procs")),
                "needs root and the v1 blkio controller at " + BLKIO + " to make a slow disk");
    }

    static void during(Path directory, int readsPerSecond, Body body) throws Exception {
        during(deviceOf(directory), readsPerSecond, body);
    }

    /** Of a file system on two devices, and of nothing else: what the virtual machine reads of its own files and classes stays fast. */
    static void during(LoopFileSystem fileSystem, int readsPerSecond, Body body) throws Exception {
        final Path device = Path.of("/sys/block", fileSystem.lowestDevice().replace("/dev/", ""), "dev");
        during(Files.readString(device).strip(), readsPerSecond, body);
    }

    private static void during(String device, int readsPerSecond, Body body) throws Exception {
        assumePossible();
        final String pid = Long.toString(ProcessHandle.current().pid());
        final Path group = Files.createDirectory(BLKIO.resolve("sluice-test-" + pid + "-" + System.nanoTime()));
        try {
            Files.writeString(group.resolve("blkio.throttle.read_iops_device"), device + " " + readsPerSecond);
            Files.writeString(group.resolve("cgroup.procs"), pid);
            body.run();
        } finally {
            Files.writeString(BLKIO.resolve("cgroup.procs"), pid);
            Files.delete(group);
        }
    }

    private static String deviceOf(Path directory) throws IOException {
        final long device = (Long) Files.getAttribute(directory, "unix:dev");
        return ((device >> 8) & 0xFFF) + ":" + ((device & 0xFF) | ((device >> 12) & 0xFFF00));
    }

    /** Forgets directory entries and inodes that nobody uses, so that a path must be looked up on the disk. */
    static void forgetPaths() throws IOException {
        assumeTrue(Files.isWritable(DROP_CACHES), "needs root to write " + DROP_CACHES);
        new ProcessBuilder("sync").inheritIO().start().onExit().join();
        Files.writeString(DROP_CACHES, "3");
    }
}
