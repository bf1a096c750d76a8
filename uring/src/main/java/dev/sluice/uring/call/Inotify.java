// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.call;

import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.FileNames;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.sys.InotifyEventLayout;
import dev.sluice.uring.sys.LibC;
import dev.sluice.uring.sys.Scratch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What the kernel reports of files: an inotify instance, its watches, and the records read from it. None of it waits for
 * a disk, because files are named by descriptors that are open already. Any thread may call.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/inotify.7.html">inotify(7)</a>
 */
public final class Inotify {

    /** It was read. */
    public static final int IN_ACCESS = 0x1;

    /** It was written or truncated. */
    public static final int IN_MODIFY = 0x2;

    /** Its mode, owner, times, extended attributes or number of links changed: also when a name of it was removed. */
    public static final int IN_ATTRIB = 0x4;

    /** A descriptor open for writing was closed. */
    public static final int IN_CLOSE_WRITE = 0x8;

    /** A descriptor not open for writing was closed. */
    public static final int IN_CLOSE_NOWRITE = 0x10;

    /** It was opened. */
    public static final int IN_OPEN = 0x20;

    /** Of a directory: the entry named was moved out of it. */
    public static final int IN_MOVED_FROM = 0x40;

    /** Of a directory: the entry named was moved into it. */
    public static final int IN_MOVED_TO = 0x80;

    /** Of a directory: the entry named was made. */
    public static final int IN_CREATE = 0x100;

    /** Of a directory: the entry named was removed. */
    public static final int IN_DELETE = 0x200;

    /** It was removed itself: no name and no descriptor is left. */
    public static final int IN_DELETE_SELF = 0x400;

    /** It was moved itself. */
    public static final int IN_MOVE_SELF = 0x800;

    /** Everything that can be asked for. */
    public static final int IN_ALL_EVENTS = 0xfff;

    /** Reported unasked: its file system was unmounted. */
    public static final int IN_UNMOUNT = 0x2000;

    /** Reported unasked: reports were lost, of whichever watch. */
    public static final int IN_Q_OVERFLOW = 0x4000;

    /** Reported unasked: the watch has ended. */
    public static final int IN_IGNORED = 0x8000;

    /** In a request: what is watched already is from now on watched for this too. */
    public static final int IN_MASK_ADD = 0x20000000;

    /** In a report: the entry named is a directory. */
    public static final int IN_ISDIR = 0x40000000;

    private Inotify() {}

    /**
     * An inotify instance. Reading from it does not wait.
     *
     * @return a new descriptor
     * @throws java.io.UncheckedIOException if there are no more descriptors, or instances of this user (EMFILE: sysctl
     *     fs.inotify.max_user_instances)
     * @see <a href="https://man7.org/linux/man-pages/man2/inotify_init.2.html">inotify_init(2)</a>
     */
    public static int open() {
        final int fd = LibC.inotify_init1(OpenFlags.O_NONBLOCK | OpenFlags.O_CLOEXEC);
        if (fd == -1) {
            final int errno = LibC.errno();
            throw Errno.unchecked(
                    errno == Errno.EMFILE
                            ? "inotify_init1(), bounded by RLIMIT_NOFILE and by sysctl fs.inotify.max_user_instances,"
                            : "inotify_init1()",
                    errno);
        }
        return fd;
    }

    /**
     * Watches what a descriptor stands for, by its link in /proc/self/fd: whatever it was called, and without looking
     * anything up on a disk.
     *
     * @param inotifyFd an inotify instance
     * @param fd an open descriptor, O_PATH suffices; it may be closed afterwards
     * @param mask what to report, IN_*
     * @return the watch descriptor, the same for everything that is the same file; or a negated errno: EACCES if the file
     *     may not be read, ENOSPC beyond sysctl fs.inotify.max_user_watches, ENOENT where /proc is not mounted
     * @see <a href="https://man7.org/linux/man-pages/man2/inotify_add_watch.2.html">inotify_add_watch(2)</a>
     */
    public static int addWatch(int inotifyFd, int fd, int mask) {
        final Scratch scratch = Scratch.current();
        final byte[] path = ("/proc/self/fd/" + fd).getBytes(StandardCharsets.US_ASCII);
        scratch.view().put(0, path).put(path.length, (byte) 0);
        return LibC.orNegatedErrno(LibC.inotify_add_watch(inotifyFd, scratch.address(), mask));
    }

    /**
     * Ends a watch. The kernel still reports IN_IGNORED for it.
     *
     * @param inotifyFd an inotify instance
     * @param watch a watch descriptor
     * @return 0, or a negated errno: EINVAL if the watch has ended already
     * @see <a href="https://man7.org/linux/man-pages/man2/inotify_rm_watch.2.html">inotify_rm_watch(2)</a>
     */
    public static int removeWatch(int inotifyFd, int watch) {
        return LibC.orNegatedErrno(LibC.inotify_rm_watch(inotifyFd, watch));
    }

    /**
     * Which watch a record is about.
     *
     * @param records as read from the instance, in native order
     * @param at where the record begins
     * @return the watch descriptor; -1 with IN_Q_OVERFLOW
     */
    public static int watch(ByteBuffer records, int at) {
        return records.getInt(at + InotifyEventLayout.WATCH);
    }

    /**
     * What happened.
     *
     * @param records as read from the instance, in native order
     * @param at where the record begins
     * @return IN_* bits
     */
    public static int mask(ByteBuffer records, int at) {
        return records.getInt(at + InotifyEventLayout.MASK);
    }

    /**
     * What the two halves of a move have in common.
     *
     * @param records as read from the instance, in native order
     * @param at where the record begins
     * @return a number; 0 if this is no half of a move
     */
    public static int cookie(ByteBuffer records, int at) {
        return records.getInt(at + InotifyEventLayout.COOKIE);
    }

    /**
     * Which entry of a watched directory it happened to.
     *
     * @param records as read from the instance, in native order
     * @param at where the record begins
     * @return the name, as {@link FileNames} reads it; empty if it happened to what is watched itself
     */
    public static String name(ByteBuffer records, int at) {
        final int padded = records.getInt(at + InotifyEventLayout.NAME_LENGTH);
        int length = 0;
        while (length < padded && records.get(at + InotifyEventLayout.SIZE + length) != 0) {
            length++;
        }
        final byte[] name = new byte[length];
        records.get(at + InotifyEventLayout.SIZE, name);
        return FileNames.decode(name);
    }

    /**
     * Where the next record begins.
     *
     * @param records as read from the instance, in native order
     * @param at where the record begins
     * @return an offset; at the last record the number of bytes read
     */
    public static int next(ByteBuffer records, int at) {
        return at + InotifyEventLayout.SIZE + records.getInt(at + InotifyEventLayout.NAME_LENGTH);
    }
}
