// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * Has what one process reads from and writes to the disk of a {@link LoopFileSystem} not come back, until it is closed: the v1 blkio
 * controller lets a byte a second through. Everybody else, and what that process reads elsewhere, goes on. Metadata hangs with it only
 * on {@linkplain LoopFileSystem#makeOfTwo two} devices.
 */
public final class HungDisk implements AutoCloseable {
    private static final Path BLKIO = Path.of("/sys/fs/cgroup/blkio");

    private final Path group;
    private final String device;
    private final String pid;

    private HungDisk(Path group, String device, String pid) {
        this.group = group;
        this.device = device;
        this.pid = pid;
    }

    /** From now on; skips the test where that takes rights or a controller that are not there. */
    public static HungDisk of(LoopFileSystem disk, ProcessHandle process) throws IOException {
        assumeTrue(
                Files.isWritable(BLKIO.resolve("cgroup.procs")),
                "needs root and the v1 blkio controller at " + BLKIO + " to make a disk hang");
        final String pid = Long.toString(process.pid());
        final String device = Files.readString(
                        Path.of("/sys/block", disk.lowestDevice().replace("/dev/", ""), "dev"))
                .strip();
        final Path group = Files.createDirectory(BLKIO.resolve("sluice-hung-" + pid + "-" + System.nanoTime()));
        final HungDisk hung = new HungDisk(group, device, pid);
        hung.limit(1);
        Files.writeString(group.resolve("cgroup.procs"), pid);
        return hung;
    }

    private void limit(int bytesPerSecond) throws IOException {
        Files.writeString(group.resolve("blkio.throttle.read_bps_device"), device + " " + bytesPerSecond);
        Files.writeString(group.resolve("blkio.throttle.write_bps_device"), device + " " + bytesPerSecond);
    }

    /** Tells whether a thread of the process, a worker of the kernel among them, waits in a way that nothing interrupts. */
    boolean isWaitedFor() throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc", pid, "task"))) {
            return threads.anyMatch(HungDisk::isUninterruptible);
        }
    }

    private static boolean isUninterruptible(Path thread) {
        try {
            return Files.readString(thread.resolve("stat")).contains(") D ");
        } catch (IOException e) {
            return false; // has ended
        }
    }

    /** The disk answers again; the process may have ended meanwhile. */
    public void comesBack() throws IOException {
        limit(0);
    }

    @Override
    public void close() throws IOException {
        comesBack();
        if (ProcessHandle.of(Long.parseLong(pid)).isPresent()) {
            Files.writeString(BLKIO.resolve("cgroup.procs"), pid);
        }
        // Busy while threads end in it.
        Awaitility.await().ignoreException(FileSystemException.class).until(() -> Files.deleteIfExists(group));
    }
}
