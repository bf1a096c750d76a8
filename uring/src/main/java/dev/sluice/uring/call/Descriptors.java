// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.call;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.FileAdvice;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.linux.PollMask;
import dev.sluice.uring.linux.SocketFlags;
import dev.sluice.uring.memory.Statx;
import dev.sluice.uring.sys.CachestatLayout;
import dev.sluice.uring.sys.FiemapLayout;
import dev.sluice.uring.sys.LibC;
import dev.sluice.uring.sys.NativePath;
import dev.sluice.uring.sys.PollfdLayout;
import dev.sluice.uring.sys.Scratch;
import dev.sluice.uring.sys.SystemCallNumbers;
import dev.sluice.uring.sys.SystemCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * libc calls on descriptors that a server needs beside the ring. Every descriptor made here is close-on-exec. Except where a method says
 * otherwise none waits, any thread may call, and a failure throws {@link java.io.UncheckedIOException} naming the call, the descriptor and
 * the errno.
 */
public final class Descriptors {

    /** The path "": with AT_EMPTY_PATH the descriptor itself. Held here so that it is never freed. */
    private static final Memory EMPTY_PATH = new Memory(1);

    private static final long EMPTY_PATH_ADDRESS = Pointer.nativeValue(EMPTY_PATH);

    static {
        EMPTY_PATH.setByte(0, (byte) 0);
    }

    private Descriptors() {}

    /**
     * Closes a descriptor. It is closed also when this throws: closing it again could hit another's.
     *
     * @param fd an open descriptor
     * @throws java.io.UncheckedIOException if it is not open (EBADF), or the device reports a late write error
     * @see <a href="https://man7.org/linux/man-pages/man2/close.2.html">close(2)</a>
     */
    public static void close(int fd) {
        final int result = tryClose(fd);
        if (result < 0) {
            throw failed("close", fd, -result);
        }
    }

    /**
     * As {@link #close(int)}, for who has something to do after it whatever it says.
     *
     * @param fd a descriptor
     * @return 0; {@code -EBADF} if it is not open; what the device reports late, {@code -EIO}, {@code -ENOSPC} or {@code -EDQUOT}, with
     *     the descriptor closed
     */
    public static int tryClose(int fd) {
        final int result = SystemCalls.close(fd);
        return result == -Errno.EINTR ? 0 : result; // Linux has released the descriptor by then
    }

    /**
     * A counter that is readable while above zero: wakes a ring that polls it. Non-blocking.
     *
     * @return a new descriptor
     * @throws java.io.UncheckedIOException if there are no more descriptors (EMFILE, ENFILE)
     * @see <a href="https://man7.org/linux/man-pages/man2/eventfd.2.html">eventfd(2)</a>
     */
    public static int eventFd() {
        final int fd = LibC.eventfd(0, LibC.EFD_CLOEXEC | LibC.EFD_NONBLOCK);
        if (fd == -1) {
            throw Errno.unchecked("eventfd()", LibC.errno());
        }
        try {
            signalEventFd(fd); // a host that refuses it is to say so now: later a wake-up would be lost
            drainEventFd(fd);
        } catch (UncheckedIOException e) {
            SystemCalls.close(fd);
            throw e;
        }
        return fd;
    }

    /**
     * Adds one to an eventfd. Allocates nothing.
     *
     * @param fd from {@link #eventFd()}
     * @throws java.io.UncheckedIOException if it is not an open eventfd
     */
    public static void signalEventFd(int fd) {
        final Scratch scratch = Scratch.current();
        scratch.view().putLong(0, 1L);
        final int result = SystemCalls.write(fd, scratch.address(), Long.BYTES);
        if (result < 0 && result != -Errno.EAGAIN) { // the counter is at its maximum, so it is readable: as wanted
            throw failed("write", fd, -result);
        }
    }

    /**
     * Reads an eventfd back to zero. Allocates nothing.
     *
     * @param fd from {@link #eventFd()}
     * @return how many signals were added since the last drain; 0 if none
     * @throws java.io.UncheckedIOException if it is not an open eventfd
     */
    public static long drainEventFd(int fd) {
        final Scratch scratch = Scratch.current();
        final int result = SystemCalls.read(fd, scratch.address(), Long.BYTES);
        if (result == -Errno.EAGAIN) {
            return 0L;
        }
        if (result < 0) {
            throw failed("read", fd, -result);
        }
        return scratch.view().getLong(0);
    }

    /**
     * A pipe; both ends block.
     *
     * @return the read end and the write end
     * @throws java.io.UncheckedIOException if there are no more descriptors
     * @see <a href="https://man7.org/linux/man-pages/man2/pipe.2.html">pipe(2)</a>
     */
    public static int[] pipe() {
        final Scratch scratch = Scratch.current();
        if (LibC.pipe2(scratch.address(), OpenFlags.O_CLOEXEC) == -1) {
            throw Errno.unchecked("pipe2()", LibC.errno());
        }
        return pair(scratch);
    }

    /**
     * Two connected stream sockets of this machine; both block.
     *
     * @return the two ends
     * @throws java.io.UncheckedIOException if there are no more descriptors
     * @see <a href="https://man7.org/linux/man-pages/man2/socketpair.2.html">socketpair(2)</a>
     */
    public static int[] socketPair() {
        final Scratch scratch = Scratch.current();
        if (LibC.socketpair(LibC.AF_UNIX, LibC.SOCK_STREAM | SocketFlags.SOCK_CLOEXEC, 0, scratch.address()) == -1) {
            throw Errno.unchecked("socketpair()", LibC.errno());
        }
        return pair(scratch);
    }

    /**
     * Opens a directory as the start of walks (O_PATH): it cannot be listed. The lookup may wait for a disk.
     *
     * @param path of a directory; a symbolic link is followed
     * @return a new descriptor
     * @throws IOException naming path and errno, for example {@link java.nio.file.NoSuchFileException}
     * @see <a href="https://man7.org/linux/man-pages/man2/open.2.html">open(2)</a>
     */
    public static int openDirectory(Path path) throws IOException {
        return open(path, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
    }

    /**
     * Opens a file that exists. The lookup may wait for a disk.
     *
     * @param path of the file; a symbolic link is followed
     * @param flags {@link OpenFlags}; O_CLOEXEC is added
     * @return a new descriptor
     * @throws IOException naming path and errno, for example {@link java.nio.file.NoSuchFileException}
     * @see <a href="https://man7.org/linux/man-pages/man2/open.2.html">open(2)</a>
     */
    public static int open(Path path, int flags) throws IOException {
        final byte[] bytes = NativePath.toBytes(path.toAbsolutePath());
        try (Memory memory = new Memory(bytes.length)) {
            memory.write(0, bytes, 0, bytes.length);
            final int fd = LibC.open(Pointer.nativeValue(memory), flags | OpenFlags.O_CLOEXEC);
            if (fd == -1) {
                throw Errno.toIOException("open", path.toString(), LibC.errno());
            }
            return fd;
        }
    }

    /**
     * The status of an open file from its inode in memory. Never waits for a disk or a file server, allocates nothing.
     *
     * @param fd an open descriptor, O_PATH suffices
     * @param statxAddress of {@link Statx#SIZE_BYTES} bytes that receive STATX_BASIC_STATS, STATX_MNT_ID and STATX_DIOALIGN
     * @return 0, or a negated errno
     * @see <a href="https://man7.org/linux/man-pages/man2/statx.2.html">statx(2)</a>
     */
    public static int statxNow(int fd, long statxAddress) {
        final int flags = Statx.AT_EMPTY_PATH | Statx.AT_STATX_DONT_SYNC;
        final int mask = Statx.STATX_BASIC_STATS | Statx.STATX_MNT_ID | Statx.STATX_DIOALIGN;
        return StatxCall.statx(fd, EMPTY_PATH_ADDRESS, flags, mask, statxAddress);
    }

    /**
     * What a descriptor is ready for at this moment. Never waits, allocates nothing.
     *
     * @param fd a descriptor
     * @param events {@link PollMask}: what to look for
     * @return those of them that hold, and POLLERR, POLLHUP and POLLNVAL unasked; 0 if none; or a negated errno
     * @see <a href="https://man7.org/linux/man-pages/man2/poll.2.html">poll(2)</a>
     */
    public static int pollNow(int fd, int events) {
        final Scratch scratch = Scratch.current();
        final ByteBuffer view = scratch.view();
        view.putInt(PollfdLayout.FD, fd);
        view.putShort(PollfdLayout.EVENTS, (short) events);
        view.putShort(PollfdLayout.REVENTS, (short) 0);
        int result;
        do {
            result = SystemCalls.pollNow(scratch.address(), 1L);
        } while (result == -Errno.EINTR); // a profiler's signal ends even a poll that does not wait
        return result < 0 ? result : view.getShort(PollfdLayout.REVENTS);
    }

    /**
     * Whether a directory finds names whatever their case, as ext4, f2fs and tmpfs can be told to by chattr(1) +F.
     *
     * @param fd of a directory open for reading
     * @return true if so; false also where the file system knows no such thing
     * @see <a href="https://man7.org/linux/man-pages/man2/ioctl_iflags.2.html">ioctl_iflags(2)</a>
     */
    public static boolean foldsCase(int fd) {
        final Scratch scratch = Scratch.current();
        scratch.view().putLong(0, 0L);
        final int result =
                SystemCalls.call(SystemCallNumbers.SYS_IOCTL, fd, LibC.FS_IOC_GETFLAGS, scratch.address(), 0L, 0L, 0L);
        return result == 0 && (scratch.view().getInt(0) & LibC.FS_CASEFOLD_FL) != 0;
    }

    /**
     * Sets the status flags of an open file (F_SETFL): of those that exist only O_APPEND, O_DIRECT, O_NOATIME and O_NONBLOCK can change.
     *
     * @param fd an open descriptor
     * @param flags {@link OpenFlags}: all that shall be set from now on
     * @return 0, or a negated errno
     * @see <a href="https://man7.org/linux/man-pages/man2/fcntl.2.html">fcntl(2)</a>
     */
    public static int setStatusFlags(int fd, int flags) {
        return SystemCalls.fcntl(fd, SystemCalls.F_SETFL, flags);
    }

    /**
     * Makes another descriptor for the same open file, which stays open until both are closed.
     *
     * @param fd an open descriptor
     * @return the new descriptor, or a negated errno: EBADF, EMFILE
     * @see <a href="https://man7.org/linux/man-pages/man2/fcntl.2.html">fcntl(2)</a>
     */
    public static int duplicate(int fd) {
        return SystemCalls.fcntl(fd, SystemCalls.F_DUPFD_CLOEXEC, 0L);
    }

    /**
     * Reads once. Waits if the descriptor does.
     *
     * @param fd a descriptor open for reading
     * @param address to read into
     * @param length bytes, not negative
     * @return bytes read, 0 at the end, or a negated errno
     * @see <a href="https://man7.org/linux/man-pages/man2/read.2.html">read(2)</a>
     */
    public static int read(int fd, long address, int length) {
        return SystemCalls.read(fd, address, checkLength(length));
    }

    /**
     * Writes once. Waits if the descriptor does. A pipe or socket whose reader is gone answers EPIPE; the JVM ignores the signal.
     *
     * @param fd a descriptor open for writing
     * @param address to write from
     * @param length bytes, not negative
     * @return bytes written, or a negated errno
     * @see <a href="https://man7.org/linux/man-pages/man2/write.2.html">write(2)</a>
     */
    public static int write(int fd, long address, int length) {
        return SystemCalls.write(fd, address, checkLength(length));
    }

    /**
     * How much of a range of a file is in the page cache. Never waits for a disk, allocates nothing.
     *
     * @param fd of a regular file
     * @param offset first byte, not negative
     * @param lengthBytes above zero
     * @return pages in the cache, of those the range touches; or a negated errno: ENOSYS before Linux 6.5, EPERM for a file the caller neither
     *     owns nor may write (since 6.13)
     * @see <a href="https://docs.kernel.org/mm/index.html">cachestat, system call 451</a>
     */
    public static long cachedPages(int fd, long offset, long lengthBytes) {
        if (offset < 0 || lengthBytes <= 0) { // to the kernel a length of 0 means the rest of the file
            throw new IllegalArgumentException("offset must not be negative, lengthBytes above 0: offset=" + offset
                    + ", lengthBytes=" + lengthBytes);
        }
        final Scratch scratch = Scratch.current();
        final ByteBuffer view = scratch.view();
        view.putLong(CachestatLayout.RANGE_OFFSET, offset);
        view.putLong(CachestatLayout.RANGE_LENGTH, lengthBytes);
        final long range = scratch.address();
        final int result = SystemCalls.call(
                SystemCallNumbers.SYS_CACHESTAT, fd, range, range + CachestatLayout.RESULT, 0L, 0L, 0L);
        return result < 0 ? result : view.getLong(CachestatLayout.RESULT + CachestatLayout.RESULT_CACHED);
    }

    /**
     * Up to where the file system has in memory, from a position on, where on the disk the data of a file is: what lies before is read without
     * reading that first. Never waits for a disk, allocates nothing.
     *
     * @param fd of a regular file
     * @param offset first byte, not negative
     * @param lengthBytes how far to look
     * @return the first offset that it does not have in memory, at least {@code offset}, or one behind the range; or a negated errno: ENOTTY
     *     where the file system does not tell, as all but ext4
     * @see <a href="https://docs.kernel.org/filesystems/fiemap.html">struct fiemap; EXT4_IOC_GET_ES_CACHE, since Linux 5.4</a>
     */
    public static long mappedUntil(int fd, long offset, long lengthBytes) {
        final Scratch scratch = Scratch.current();
        final ByteBuffer view = scratch.view();
        final long end = offset + lengthBytes;
        long mapped = offset;
        while (mapped < end) {
            view.putLong(FiemapLayout.START, mapped);
            view.putLong(FiemapLayout.LENGTH, end - mapped);
            view.putInt(FiemapLayout.FLAGS, 0);
            view.putInt(FiemapLayout.MAPPED, 0);
            view.putInt(FiemapLayout.COUNT, 1);
            view.putInt(FiemapLayout.RESERVED, 0);
            final int result = SystemCalls.call(
                    SystemCallNumbers.SYS_IOCTL, fd, LibC.EXT4_IOC_GET_ES_CACHE, scratch.address(), 0L, 0L, 0L);
            if (result < 0) {
                return result;
            }
            final long from = view.getLong(FiemapLayout.EXTENTS + FiemapLayout.EXTENT_LOGICAL);
            if (view.getInt(FiemapLayout.MAPPED) == 0 || from > mapped) {
                return mapped;
            }
            mapped = from + view.getLong(FiemapLayout.EXTENTS + FiemapLayout.EXTENT_LENGTH);
        }
        return mapped;
    }

    /**
     * Raises this process's limit of open files (RLIMIT_NOFILE) to the most it may set by itself.
     *
     * @return the limit now in force
     * @see <a href="https://man7.org/linux/man-pages/man2/getrlimit.2.html">getrlimit(2)</a>
     */
    public static long raiseOpenFilesLimit() {
        final Scratch scratch = Scratch.current();
        if (LibC.getrlimit(LibC.RLIMIT_NOFILE, scratch.address()) == -1) {
            throw Errno.unchecked("getrlimit(RLIMIT_NOFILE)", LibC.errno());
        }
        final long hard = scratch.view().getLong(Long.BYTES);
        scratch.view().putLong(0, hard);
        if (LibC.setrlimit(LibC.RLIMIT_NOFILE, scratch.address()) == -1) {
            throw Errno.unchecked("setrlimit(RLIMIT_NOFILE, " + hard + ")", LibC.errno());
        }
        return hard;
    }

    /**
     * Lets a file's clean pages leave the page cache, so that the next read is cold. Dirty pages stay: write them back first.
     *
     * @param fd of a regular file
     * @throws java.io.UncheckedIOException if it is a pipe, a socket or not open
     * @see <a href="https://man7.org/linux/man-pages/man2/posix_fadvise.2.html">posix_fadvise(2)</a>
     */
    public static void adviseDontNeed(int fd) {
        final int errno = LibC.posix_fadvise(fd, 0L, 0L, FileAdvice.POSIX_FADV_DONTNEED);
        if (errno != 0) {
            throw failed("posix_fadvise", fd, errno);
        }
    }

    /**
     * Whether poll(2) tells anything of a descriptor: files of a disk are always ready, those of /proc and of control groups may be not.
     *
     * @param fd an open descriptor
     * @return 0, or a negated errno: EPERM for what is always ready
     */
    public static int checkPollable(int fd) {
        final int epollFd = SystemCalls.epoll_create1(SystemCalls.EPOLL_CLOEXEC);
        if (epollFd < 0) {
            return epollFd;
        }
        final Scratch scratch = Scratch.current();
        scratch.view().putLong(0, 0L).putLong(Long.BYTES, 0L); // waits for nothing
        final int result = SystemCalls.epoll_ctl(epollFd, SystemCalls.EPOLL_CTL_ADD, fd, scratch.address());
        close(epollFd);
        return result;
    }

    private static int[] pair(Scratch scratch) {
        return new int[] {scratch.view().getInt(0), scratch.view().getInt(Integer.BYTES)};
    }

    private static int checkLength(int length) {
        if (length < 0) {
            throw new IllegalArgumentException("length must not be negative: " + length);
        }
        return length;
    }

    private static RuntimeException failed(String call, int fd, int errno) {
        return Errno.unchecked(call + "(fd " + fd + ")", errno);
    }
}
