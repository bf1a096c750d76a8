// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.disk.Disk;
import dev.sluice.aio.file.OpenFile;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventHandler;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file whose operations never block: each is a request now and an event of the queue later, at the priority of its
 * container.
 *
 * <p>An object stands for one file at a time and can be opened again after the event of its close, so that a connection
 * needs one for its life. Several operations may be under way at once. Belongs to the thread of its queue.
 *
 * <p>All methods that start an operation return its id, or {@link AsyncIo#BACK_PRESSURED} with nothing started
 * when too many operations are under way: ask again after the next event.
 *
 * <p>Opened with {@code O_DIRECT}, a file is read and written past the page cache, in whole blocks: what the file's
 * {@linkplain FileStatus#directOffsetAlignBytes() status} says its transfers must be multiples of is checked before they
 * start. A read that meets the end of the file is then shorter.
 *
 * <p>Any operation can end with {@code ECANCELED}, by {@link AsyncIo#cancel} or {@link #close()}, and, where the ring does
 * not know it, with {@code EOPNOTSUPP}.
 */
public final class AsyncFile extends FileContent {
    private final FileStatus status;
    private @Nullable PhysicalDisk disk;

    AsyncFile(OpenFile file) {
        this(file, new FileStatus(file.seen()), null, null);
    }

    private AsyncFile(
            OpenFile file, FileStatus status, @Nullable ResourceContainer charged, @Nullable EventHandler handler) {
        super(file, charged, handler);
        this.status = status;
    }

    /**
     * Returns the same file, on which the forms that name neither container nor attachment have their events handled by {@code handler}, and
     * charged as was declared for the file.
     *
     * @param handler of what is started through what this returns
     * @return for one call or for many: it costs one small object, and goes with this one from file to file
     */
    public AsyncFile handledBy(EventHandler handler) {
        return new AsyncFile(file, status, null, Objects.requireNonNull(handler, "handler"));
    }

    /**
     * As {@link #handledBy(EventHandler)}, for another container than the file's own.
     *
     * @param handler of what is started through what this returns
     * @param charged the container to charge, at whose priority the events come
     * @return for one call or for many
     */
    public AsyncFile handledBy(EventHandler handler, ResourceContainer charged) {
        return new AsyncFile(
                file, status, Objects.requireNonNull(charged, "charged"), Objects.requireNonNull(handler, "handler"));
    }

    /**
     * Opens a file below {@code root}. The event's result is 0 or above, or a negative errno: {@code EXDEV} if the path
     * leaves the root, {@code ENOENT}, {@code EACCES}, {@code ELOOP}, ...
     *
     * <p>What the kernel's caches can answer does not wait; the rest takes its turn among the opens. While the queue, or the container, has
     * as many {@linkplain AsyncIo#descriptors() descriptors} as it may, an open waits until one is given back.
     *
     * <p>A file that is opened for reading keeps its access time ({@code O_NOATIME}) where that is permitted: to the file's owner and with
     * CAP_FOWNER. Else, unless it is mounted noatime, the first read after a change or after a day writes to the journal of the file
     * system, and waits where that is full; a cached read, too.
     *
     * @param root where the path starts
     * @param path relative, 1 to 4095 bytes, without NUL; its text as {@link RootDirectory} tells
     * @param options flags, mode and resolution
     * @param container charged, and at whose priority the file's events come
     * @param attachment handed out with the file's events, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException if the path is empty, too long or contains NUL
     * @throws IllegalStateException if the object stands for an open file, or the root is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/openat2.2.html">openat2(2)</a>
     */
    public long open(
            RootDirectory root,
            String path,
            OpenOptions options,
            ResourceContainer container,
            @Nullable Object attachment) {
        return file.open(root.root, path, options.flags(), options.mode(), options.resolve(), container, attachment);
    }

    /**
     * As {@link #open(RootDirectory, String, OpenOptions, ResourceContainer, Object)}, for a lambda.
     *
     * @param root where the path starts
     * @param path relative, 1 to 4095 bytes, without NUL
     * @param options flags, mode and resolution
     * @param container charged, and at whose priority the file's events come
     * @param handler of the file's events, unless they are others', may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long open(
            RootDirectory root,
            String path,
            OpenOptions options,
            ResourceContainer container,
            @Nullable EventHandler handler) {
        return open(root, path, options, container, (Object) handler);
    }

    /**
     * Makes the file's data and metadata durable; the event's result is 0 or a negative errno. {@code EIO}, {@code ENOSPC}
     * and {@code EDQUOT} tell that something written before is lost, and are told once: to sync again does not bring it
     * back. Takes its turn among what kernel workers carry out. What is being written is not waited for: await the writes
     * first.
     *
     * @param charged the container to charge, at whose priority the event comes
     * @param eventAttachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalStateException if the file is not open
     * @see <a href="https://man7.org/linux/man-pages/man2/fsync.2.html">fsync(2)</a>
     */
    public long fsync(ResourceContainer charged, @Nullable Object eventAttachment) {
        return file.fsync(charged, eventAttachment);
    }

    /**
     * As {@link #fsync(ResourceContainer, Object)}, for what was declared.
     *
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long fsync() {
        return file.fsync(container(), attachment());
    }

    /**
     * As {@link #fsync}, but of the metadata only what reading the data back needs: its size, not its times.
     *
     * @param charged the container to charge, at whose priority the event comes
     * @param eventAttachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalStateException if the file is not open
     * @see <a href="https://man7.org/linux/man-pages/man2/fdatasync.2.html">fdatasync(2)</a>
     */
    public long fdatasync(ResourceContainer charged, @Nullable Object eventAttachment) {
        return file.fdatasync(charged, eventAttachment);
    }

    /**
     * As {@link #fdatasync(ResourceContainer, Object)}, for what was declared.
     *
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long fdatasync() {
        return file.fdatasync(container(), attachment());
    }

    /**
     * Takes or frees room on the disk; the event's result is 0 or a negative errno: {@code ENOSPC}, {@code EFBIG}, {@code
     * EBADF} if not open for writing, {@code EOPNOTSUPP} if the file system does not know the mode, {@code EINVAL} if the
     * range does not suit it. Takes its turn among what kernel workers carry out.
     *
     * @param mode a mask of {@link dev.sluice.uring.linux.AllocateMode}; 0 makes the file longer if the range ends behind it
     * @param position of the first byte
     * @param lengthBytes of the range, above 0
     * @param charged the container to charge, at whose priority the event comes
     * @param eventAttachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException if {@code position} is negative or {@code lengthBytes} not above 0
     * @throws IllegalStateException if the file is not open
     * @see <a href="https://man7.org/linux/man-pages/man2/fallocate.2.html">fallocate(2)</a>
     */
    public long allocate(
            int mode, long position, long lengthBytes, ResourceContainer charged, @Nullable Object eventAttachment) {
        return file.allocate(mode, position, lengthBytes, charged, eventAttachment);
    }

    /**
     * As {@link #allocate(int, long, long, ResourceContainer, Object)}, for what was declared.
     *
     * @param mode as there
     * @param position of the first byte
     * @param lengthBytes of the range, above 0
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long allocate(int mode, long position, long lengthBytes) {
        return file.allocate(mode, position, lengthBytes, container(), attachment());
    }

    /**
     * Makes the file shorter, or longer by zeroes; the event's result is 0 or a negative errno: {@code EINVAL} if not open for
     * writing, {@code EFBIG}, {@code EPERM}, {@code EIO}; {@code EOPNOTSUPP} before Linux 6.9. Takes its turn among what
     * kernel workers carry out. Until it has ended, reads of the file go to such workers, too: they may wait for
     * it, and those of a file that another process cuts may do that on the queue's thread.
     *
     * @param lengthBytes of the file from then on
     * @param charged the container to charge, at whose priority the event comes
     * @param eventAttachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException if {@code lengthBytes} is negative
     * @throws IllegalStateException if the file is not open
     * @see <a href="https://man7.org/linux/man-pages/man2/ftruncate.2.html">ftruncate(2)</a>
     */
    public long truncate(long lengthBytes, ResourceContainer charged, @Nullable Object eventAttachment) {
        return file.truncate(lengthBytes, charged, eventAttachment);
    }

    /**
     * As {@link #truncate(long, ResourceContainer, Object)}, for what was declared.
     *
     * @param lengthBytes of the file from then on
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long truncate(long lengthBytes) {
        return file.truncate(lengthBytes, container(), attachment());
    }

    /**
     * Says how a range of the file will be used, for example that it will be wanted soon, so that the kernel reads it ahead;
     * the event's result is 0 or a negative errno: {@code EINVAL} for an unknown advice, {@code ESPIPE} for a pipe. Takes its
     * turn among what kernel workers carry out.
     *
     * @param advice of {@link dev.sluice.uring.linux.FileAdvice}
     * @param position of the first byte
     * @param lengthBytes of the range; 0 is up to the end of the file
     * @param charged the container to charge, at whose priority the event comes
     * @param eventAttachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException if {@code position} or {@code lengthBytes} is negative
     * @throws IllegalStateException if the file is not open
     * @see <a href="https://man7.org/linux/man-pages/man2/posix_fadvise.2.html">posix_fadvise(2)</a>
     */
    public long advise(
            int advice, long position, int lengthBytes, ResourceContainer charged, @Nullable Object eventAttachment) {
        return file.advise(advice, position, lengthBytes, charged, eventAttachment);
    }

    /**
     * As {@link #advise(int, long, int, ResourceContainer, Object)}, for what was declared.
     *
     * @param advice of {@link dev.sluice.uring.linux.FileAdvice}
     * @param position of the first byte
     * @param lengthBytes of the range; 0 is up to the end of the file
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long advise(int advice, long position, int lengthBytes) {
        return file.advise(advice, position, lengthBytes, container(), attachment());
    }

    /**
     * Copies a range of this file into another: by reference, where both lie on a file system that shares blocks, else within the kernel, else by reading and writing.
     * The event's operation is {@code NOP}, its result the number of bytes, 0 at the end of this file, or a negative errno. Fewer bytes than
     * asked for are no error: this file has ended, or who asks for the rest is told why. {@code ECANCELED} and {@code ETIME} say nothing
     * about how many were copied.
     *
     * <p>{@code EINVAL} is for ranges of one file that overlap, and for what is no regular file. Holes become zeroes unless blocks are
     * shared.
     *
     * <p>io_uring has no such operation: a thread does it, 1 MiB at a time, each of which
     * takes its turn among the writes of the copy's disk, and is charged as one disk operation. {@link AsyncIo#cancel} and deadlines end it
     * before the next of them, as does the close of the copy; the close of this file does not. It has two descriptors of its own, which
     * count for the container also beyond a limit.
     *
     * @param position in this file, in bytes
     * @param copy what is written to, of the same queue; may be this file
     * @param copyPosition in the copy, in bytes
     * @param lengthBytes above 0
     * @param charged the container to charge, at whose priority the event comes
     * @param eventAttachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException if a position is negative, {@code lengthBytes} not above 0, or the copy another queue's
     * @throws IllegalStateException if one of the files is not open
     * @see <a href="https://man7.org/linux/man-pages/man2/copy_file_range.2.html">copy_file_range(2)</a>
     */
    public long copyRange(
            long position,
            AsyncFile copy,
            long copyPosition,
            int lengthBytes,
            ResourceContainer charged,
            @Nullable Object eventAttachment) {
        return file.copyRange(position, copy.file, copyPosition, lengthBytes, charged, eventAttachment);
    }

    /**
     * As {@link #copyRange(long, AsyncFile, long, int, ResourceContainer, Object)}, for what was declared of this file.
     *
     * @param position in this file, in bytes
     * @param copy what is written to
     * @param copyPosition in the copy, in bytes
     * @param lengthBytes above 0
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long copyRange(long position, AsyncFile copy, long copyPosition, int lengthBytes) {
        return file.copyRange(position, copy.file, copyPosition, lengthBytes, container(), attachment());
    }

    /**
     * Asks for the file's status anew, by a kernel worker; the event's result is 0 or a negative errno, and {@link
     * #status()} then shows the answer: that the file has grown since it was opened, for example, which {@link #status()} alone does
     * not show.
     *
     * @param charged the container to charge, at whose priority the event comes
     * @param eventAttachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalStateException if the file is not open
     * @see <a href="https://man7.org/linux/man-pages/man2/statx.2.html">statx(2)</a>
     */
    public long statx(ResourceContainer charged, @Nullable Object eventAttachment) {
        return file.statx(charged, eventAttachment);
    }

    /**
     * As {@link #statx(ResourceContainer, Object)}, for what was declared.
     *
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long statx() {
        return file.statx(container(), attachment());
    }

    /**
     * Returns the file's status: as the kernel has it in memory when first asked after opening, and from then on unchanged, also
     * if the file grows, until {@link #statx()} refreshes it. Never waits: the inode of an open file is in memory, and a network file system is asked not
     * to go and look ({@code AT_STATX_DONT_SYNC}).
     *
     * @return a view that changes with the next refresh or open
     * @throws IllegalStateException if the file is not open
     */
    public FileStatus status() {
        file.status();
        return status;
    }

    /**
     * Returns how large the file is now, and has {@link #status()} show all else as it is now, too. Never waits, as that does not.
     *
     * @return bytes, those included that were written and are not on the disk yet; of a network file system what is known here
     * @throws IllegalStateException if the file is not open, or the calling thread is not that of the queue
     */
    public long sizeBytes() {
        return file.sizeBytes();
    }

    /**
     * Returns the disk that the file lies on. Finding it reads what the kernel tells of its devices and mounts from memory: once for each
     * device number, and again a minute later. Never waits for a disk.
     *
     * @return equal for all files of a disk, whatever partition, volume or queue
     * @throws IllegalStateException if the file is not open
     */
    public PhysicalDisk disk() {
        final Disk found = file.disk();
        if (disk == null || !disk.isOf(found)) {
            disk = new PhysicalDisk(found);
        }
        return disk;
    }

    /**
     * Tells whether transfers go past the page cache, in whole blocks.
     *
     * @return true if it was opened with {@code O_DIRECT}
     * @throws IllegalStateException if the file is not open
     */
    public boolean isDirect() {
        file.fd();
        return file.admitted().isDirect();
    }
}
