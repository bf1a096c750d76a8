package dev.sluice.aio;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.OperationPort;
import dev.sluice.uring.Descriptors;
import dev.sluice.uring.Errno;
import dev.sluice.uring.OpenFlags;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A file whose operations never block: each is a request now and an event of the queue later, at the priority of its
 * container.
 *
 * <p>An object stands for one file at a time and can be opened again after the event of its close, so that a connection
 * needs one for its life. Several operations may be under way at once. Belongs to the thread of its queue.
 *
 * <p>All methods that start an operation return its id, or {@link OperationPort#BACK_PRESSURED} with nothing started
 * when too many operations are under way or the arena is exhausted: ask again after the next event.
 */
public final class AsyncFile extends AsyncDescriptor {
    private final FileStatus status = new FileStatus();
    private final ByteBuffer statusMemory;
    private final long statusAddress;
    private boolean opening;
    private boolean nonBlocking;
    private boolean statusKnown;
    private long historyKey;
    private AdmissionWindow readWindow;

    AsyncFile(AsyncIo io) {
        super(io);
        statusMemory = io.statusMemory();
        statusAddress = io.statusAddress();
    }

    /**
     * Opens a file below {@code root}. The event's result is 0 or above, or a negative errno: {@code EXDEV} if the path
     * leaves the root, {@code ENOENT}, {@code EACCES}, {@code ELOOP}, ...
     *
     * <p>What the kernel's caches can answer does not wait; the rest takes its turn among the opens.
     *
     * @param root where the path starts
     * @param path relative, 1 to 4095 bytes as UTF-8, without NUL
     * @param options flags, mode and resolution
     * @param container charged, and at whose priority the file's events come
     * @param attachment handed out with the file's events, may be null
     * @return the operation's id, or {@link OperationPort#BACK_PRESSURED}
     * @throws IllegalArgumentException if the path is empty, too long or contains NUL
     * @throws IllegalStateException if the object stands for an open file, or the root is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/openat2.2.html">openat2(2)</a>
     */
    public long open(
            RootDirectory root, String path, OpenOptions options, ResourceContainer container, Object attachment) {
        io.port().checkUsable();
        Objects.requireNonNull(options, "options");
        checkPath(path);
        if (opening || fdToClose() >= 0) {
            throw new IllegalStateException("open(\"" + path + "\"): this AsyncFile already stands for "
                    + (opening ? "a file that is being opened" : "descriptor " + fdToClose()) + "; close it first");
        }
        final int rootFd = root.fd();
        final IoBuffer memory = io.arena().lease(OpenOperation.memoryBytes(path));
        if (memory == null) {
            return OperationPort.BACK_PRESSURED;
        }
        declareInterest(container, attachment);
        final OpenOperation open = io.opens().take();
        final long id = begin(open, container, attachment);
        if (id == OperationPort.BACK_PRESSURED) {
            memory.release();
            io.opens().giveBack(open);
            return id;
        }
        statusKnown = false;
        readWindow = null;
        opening = true;
        nonBlocking = (options.flags() & OpenFlags.O_NONBLOCK) != 0;
        open.markBegun();
        open.set(rootFd, path, options, memory);
        open.start();
        return id;
    }

    private static void checkPath(String path) {
        if (path.isEmpty() || path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "a path has at least one byte and no NUL: path=\"" + path.replace("\0", "\\0") + "\"");
        }
        if (path.length() > OpenOperation.MAX_PATH_BYTES) {
            throw new IllegalArgumentException(
                    "a path has at most " + OpenOperation.MAX_PATH_BYTES + " bytes: it has " + path.length());
        }
    }

    /**
     * Reads up to the buffer's remaining bytes, at most 256 KiB, at {@code position}. The event's result is the number
     * of bytes, 0 at the end of the file, or a negative errno; fewer bytes than asked for are no error. The buffer
     * belongs to the kernel until the event, its position is then advanced by the bytes read.
     *
     * <p>What the page cache has is answered with the next enter; what it has not takes its turn among the reads of the
     * device.
     *
     * @param buffer filled from its position
     * @param position in the file, in bytes
     * @param charged the container to charge, at whose priority the event comes
     * @param eventAttachment handed out with the event, may be null
     * @return the operation's id, or {@link OperationPort#BACK_PRESSURED}
     * @throws IllegalArgumentException if {@code position} is negative or the buffer has nothing remaining
     * @throws IllegalStateException if the file is not open or the buffer not the caller's
     * @see <a href="https://man7.org/linux/man-pages/man2/pread.2.html">pread(2)</a>
     */
    public long read(IoBuffer buffer, long position, ResourceContainer charged, Object eventAttachment) {
        return transfer(false, buffer, position, charged, eventAttachment);
    }

    /**
     * Reads for the container and with the attachment that the file was opened with or declared for.
     *
     * @param buffer filled from its position
     * @param position in the file, in bytes
     * @return the operation's id, or {@link OperationPort#BACK_PRESSURED}
     * @throws IllegalArgumentException as {@link #read(IoBuffer, long, ResourceContainer, Object)}
     * @throws IllegalStateException as {@link #read(IoBuffer, long, ResourceContainer, Object)}
     */
    public long read(IoBuffer buffer, long position) {
        return transfer(false, buffer, position, container(), attachment());
    }

    /**
     * Writes up to the buffer's remaining bytes, at most 256 KiB, at {@code position}. The event's result is the number
     * of bytes or a negative errno. The buffer belongs to the kernel until the event, its position is then advanced by
     * the bytes written.
     *
     * @param buffer written from its position
     * @param position in the file, in bytes
     * @param charged the container to charge, at whose priority the event comes
     * @param eventAttachment handed out with the event, may be null
     * @return the operation's id, or {@link OperationPort#BACK_PRESSURED}
     * @throws IllegalArgumentException if {@code position} is negative or the buffer has nothing remaining
     * @throws IllegalStateException if the file is not open or the buffer not the caller's
     * @see <a href="https://man7.org/linux/man-pages/man2/pwrite.2.html">pwrite(2)</a>
     */
    public long write(IoBuffer buffer, long position, ResourceContainer charged, Object eventAttachment) {
        return transfer(true, buffer, position, charged, eventAttachment);
    }

    private long transfer(
            boolean writing, IoBuffer buffer, long position, ResourceContainer charged, Object eventAttachment) {
        checkTransfer(writing ? "write" : "read", buffer, position);
        final FileTransfer transfer = io.fileTransfers().take();
        final long id = begin(transfer, charged, eventAttachment);
        if (id == OperationPort.BACK_PRESSURED) {
            io.fileTransfers().giveBack(transfer);
            return id;
        }
        transfer.markBegun();
        transfer.set(writing, buffer, position);
        transfer.start();
        return id;
    }

    final void checkTransfer(String method, IoBuffer buffer, long position) {
        io.port().checkUsable();
        fd();
        if (position < 0 || !buffer.bytes().hasRemaining()) {
            throw new IllegalArgumentException(
                    method + ": position must not be negative and the buffer must have bytes remaining: position="
                            + position + ", remaining=" + buffer.remainingBytes());
        }
        if (readWindow == null) {
            status();
        }
    }

    /**
     * Asks for the file's status anew, by a kernel worker; the event's result is 0 or a negative errno, and {@link
     * #status()} then shows the answer. For a file on a local disk {@link #status()} alone is cheaper and
     * does not wait either; this is for file systems that ask elsewhere.
     *
     * @return the operation's id, or {@link OperationPort#BACK_PRESSURED}
     * @throws IllegalStateException if the file is not open
     * @see <a href="https://man7.org/linux/man-pages/man2/statx.2.html">statx(2)</a>
     */
    public long statx() {
        io.port().checkUsable();
        fd();
        final IoBuffer memory = io.arena().lease(StatxOperation.MEMORY_BYTES);
        if (memory == null) {
            return OperationPort.BACK_PRESSURED;
        }
        final StatxOperation statx = io.statxes().take();
        final long id = begin(statx, container(), attachment());
        if (id == OperationPort.BACK_PRESSURED) {
            memory.release();
            io.statxes().giveBack(statx);
            return id;
        }
        statx.markBegun();
        statx.set(memory);
        io.admission().workers().hold(statx);
        io.admission().workers().admit();
        return id;
    }

    /**
     * Returns the file's status: as the kernel has it in memory when first asked after opening, and as {@link #statx()}
     * refreshed it since. Never waits: the inode of an open file is in memory, and a network file system is asked not
     * to go and look ({@code AT_STATX_DONT_SYNC}).
     *
     * @return a view that changes with the next refresh or open
     * @throws IllegalStateException if the file is not open
     */
    public FileStatus status() {
        final int fd = fd();
        if (!statusKnown) {
            final int result = Descriptors.statxNow(fd, statusAddress);
            if (result < 0) {
                throw new IllegalStateException(Errno.describe("statx", "descriptor " + fd, -result));
            }
            refreshStatus(statusMemory, 0);
        }
        return status;
    }

    /**
     * Closes a file that nothing is under way on, without an event: for who has no use for the close's result. The object
     * may be opened anew at once.
     *
     * @return false, with the file still open, when too many operations are under way: ask again after the next event
     * @throws IllegalStateException if the file is not open, or an operation is under way: {@link #close()} cancels and
     *     awaits them
     */
    public boolean discard() {
        io.port().checkUsable();
        final int closing = fd();
        checkNothingUnderWay();
        final DiscardOperation discard = io.discards().take();
        if (io.port().begin(discard, container(), null) == OperationPort.BACK_PRESSURED) {
            io.discards().giveBack(discard);
            return false;
        }
        io.port().closing(closing);
        closed();
        discard.set(closing);
        io.port().submit(discard);
        return true;
    }

    void openEnded() {
        opening = false;
    }

    /**
     * A read was refused because it would wait: makes the descriptor wait, so that a worker can, and returns true; or
     * false if it does already. File systems that cannot read asynchronously refuse a descriptor opened {@code
     * O_NONBLOCK}, as a server opens what might be a FIFO.
     */
    boolean makeBlocking() {
        final boolean was = nonBlocking;
        nonBlocking = false;
        return was && Descriptors.setStatusFlags(fdToClose(), 0) == 0;
    }

    void refreshStatus(ByteBuffer statx, int offset) {
        status.set(statx, offset);
        statusKnown = true;
        historyKey = InlineHistory.identify(status.device(), status.inode());
        readWindow = io.admission().windowOf(status.device());
    }

    AdmissionWindow readWindow() {
        return readWindow;
    }

    long historyKey() {
        return historyKey;
    }

    long knownSizeBytes() {
        return status.sizeBytes();
    }
}
