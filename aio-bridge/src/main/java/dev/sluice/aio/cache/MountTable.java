// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.cache;

import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.linux.PollMask;
import dev.sluice.uring.memory.NativeMemory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * The mounts that this process sees: whether they have changed, and which of them are file systems whose every change goes
 * through this kernel, so that inotify reports it.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html">proc_pid_mountinfo(5)</a>
 */
public final class MountTable implements AutoCloseable {
    private static final Path FILE = Path.of("/proc/self/mountinfo");
    private static final String BEFORE_TYPE = " - ";
    private static final int READ_BYTES = 16 * 1024;

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

    /** The kernel has told of a change, which it does once, and the table has not been read since. */
    private boolean outOfDate;

    public MountTable() {
        try {
            fd = Descriptors.open(FILE, OpenFlags.O_RDONLY);
            try {
                read();
                update(); // refused to this process, it is known now and not to the first request
            } catch (IOException | UncheckedIOException e) {
                close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads the table anew if mounts have come or gone: from the kernel's memory, so it does not wait for a disk. While it
     * cannot be read, as for want of descriptors, no mount counts as local.
     *
     * @return true if they have: nothing may rely on what was known before. Costs a system call if not
     */
    boolean update() {
        final int ready = Descriptors.pollNow(fd, PollMask.POLLPRI);
        if (ready < 0) {
            throw new UncheckedIOException(Errno.toIOException("poll", FILE.toString(), -ready));
        }
        outOfDate |= ready != 0;
        if (!outOfDate) {
            return false;
        }
        localMounts.clear();
        try {
            read();
            outOfDate = false;
        } catch (IOException e) {
            localMounts.clear(); // and read it at the next look
        }
        return true;
    }

    /** Names are bytes of any kind; only those of blanks, line feeds and backslashes are written otherwise. */
    private void read() throws IOException {
        final String table = new String(bytes(), StandardCharsets.ISO_8859_1);
        int end;
        for (int start = 0; start < table.length(); start = end + 1) {
            end = table.indexOf('\n', start);
            final int type = table.indexOf(BEFORE_TYPE, start) + BEFORE_TYPE.length();
            if (LOCAL_TYPES.contains(table.substring(type, table.indexOf(' ', type)))) {
                localMounts.add(Long.valueOf(table.substring(start, table.indexOf(' ', start))));
            }
        }
    }

    /** With no call but those that the start has tried: the JDK asks for the size first, which is 0 and may be refused. */
    private static byte[] bytes() throws IOException {
        final ByteArrayOutputStream table = new ByteArrayOutputStream();
        final int reading = Descriptors.open(FILE, OpenFlags.O_RDONLY);
        try (NativeMemory memory = NativeMemory.map(READ_BYTES)) {
            final byte[] part = new byte[READ_BYTES];
            int lengthBytes;
            while ((lengthBytes = Descriptors.read(reading, memory.address(), READ_BYTES)) > 0) {
                memory.buffer(0L, READ_BYTES).get(part, 0, lengthBytes);
                table.write(part, 0, lengthBytes);
            }
            if (lengthBytes < 0) {
                throw Errno.toIOException("read", FILE.toString(), -lengthBytes);
            }
        } finally {
            Descriptors.close(reading);
        }
        return table.toByteArray();
    }

    boolean isLocal(long mountId) {
        return localMounts.contains(mountId);
    }

    @Override
    public void close() {
        if (fd >= 0) {
            final int closing = fd;
            fd = -1; // whatever comes of it: the number may be another's then
            Descriptors.close(closing);
        }
    }
}
