package dev.sluice.aio;

import dev.sluice.uring.Descriptors;
import dev.sluice.uring.Errno;
import dev.sluice.uring.OpenFlags;
import dev.sluice.uring.PollMask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * The mounts that this process sees: whether they have changed, and which of them are file systems whose every change goes
 * through this kernel, so that inotify reports it.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html">proc_pid_mountinfo(5)</a>
 */
final class MountTable implements AutoCloseable {
    private static final Path FILE = Path.of("/proc/self/mountinfo");
    private static final String BEFORE_TYPE = " - ";

    /**
     * Local, and telling names apart by their bytes. Not here: what another machine or a process can change unseen (nfs, cifs,
     * 9p, fuse, ...), what has no changes to report (proc, sysfs, ...), what finds names whatever their case (vfat, ntfs, ...).
     */
    private static final Set<String> LOCAL_TYPES = Set.of(
            "bcachefs",
            "btrfs",
            "erofs",
            "ext2",
            "ext3",
            "ext4",
            "f2fs",
            "jfs",
            "nilfs2",
            "overlay",
            "ramfs",
            "reiserfs",
            "rootfs",
            "squashfs",
            "tmpfs",
            "xfs",
            "zfs");

    private final Set<Long> localMounts = new HashSet<>();
    private int fd;

    MountTable() {
        try {
            fd = Descriptors.open(FILE, OpenFlags.O_RDONLY);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        read();
    }

    /** Tells, once for each time, that mounts have come or gone. Costs a system call. */
    boolean hasChanged() {
        final int ready = Descriptors.pollNow(fd, PollMask.POLLPRI);
        if (ready < 0) {
            throw new IllegalStateException(Errno.describe("poll", FILE.toString(), -ready));
        }
        return ready != 0;
    }

    /** Reads the table anew: from the kernel's memory, so it does not wait for a disk. */
    void read() {
        localMounts.clear();
        try {
            for (final String line : Files.readAllLines(FILE)) {
                final int type = line.indexOf(BEFORE_TYPE) + BEFORE_TYPE.length();
                if (LOCAL_TYPES.contains(line.substring(type, line.indexOf(' ', type)))) {
                    localMounts.add(Long.valueOf(line.substring(0, line.indexOf(' '))));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isLocal(long mountId) {
        return localMounts.contains(mountId);
    }

    @Override
    public void close() {
        if (fd >= 0) {
            Descriptors.close(fd);
            fd = -1;
        }
    }
}
