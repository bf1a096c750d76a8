package dev.sluice.uring;

import dev.sluice.uring.linux.AllocateMode;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.FileAdvice;
import dev.sluice.uring.linux.PathFlags;
import dev.sluice.uring.linux.PollMask;
import dev.sluice.uring.linux.SocketFlags;
import dev.sluice.uring.memory.IoVector;
import dev.sluice.uring.memory.MessageHeader;
import dev.sluice.uring.memory.OpenHow;
import dev.sluice.uring.memory.SocketAddresses;
import dev.sluice.uring.memory.Statx;
import dev.sluice.uring.memory.Timespec;
import dev.sluice.uring.sys.IoUring;
import dev.sluice.uring.sys.SqeLayout;
import java.nio.ByteBuffer;

/**
 * The submission queue entry claimed last: {@link Ring#tryClaim} moves this object to it. One that is not prepared before the next claim or
 * submission is a NOP.
 *
 * <p>Each {@code prepX} writes one operation's fields, {@link #userData}, {@link #flags} and {@link #ioprio} what goes with any of them, in
 * any order; all are plain stores. What an entry points to (buffers, paths, structures) must stay mapped and, where the kernel writes,
 * untouched until the operation's last completion. Every operation completes with the result of its system call or a negated {@link Errno}.
 *
 * <p>Only for the ring's owner thread, and only until the next claim.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/io_uring_enter.2.html">io_uring_enter(2)</a>
 */
public final class Sqe {

    /** For operations without a descriptor, as liburing sets it. */
    private static final int NO_FD = -1;

    private ByteBuffer entries;
    private int base;

    /** The entry holds a request of its own, not operands of an earlier one. */
    private boolean prepared = true;

    /** A flyweight over an array of entries in native order, not yet on any of them. */
    Sqe(ByteBuffer entries) {
        this.entries = entries;
    }

    /**
     * Moves to an entry, which still holds the request it was last used for, and zeroes what {@link #prep} leaves alone:
     * zeroing all of it made a NOP 4 percent dearer.
     */
    Sqe claim(int index) {
        settle();
        prepared = false;
        final ByteBuffer memory = entries;
        final int start = index * SqeLayout.SIZE;
        memory.putLong(start, 0L);
        for (int i = SqeLayout.USER_DATA; i < SqeLayout.SIZE; i += Long.BYTES) {
            memory.putLong(start + i, 0L);
        }
        base = start;
        return this;
    }

    /** Makes a NOP of an entry that nobody has prepared. */
    void settle() {
        if (!prepared) {
            prepNop();
        }
    }

    /** Takes over what was prepared elsewhere. */
    void copyFrom(ByteBuffer others, int index) {
        final int from = index * SqeLayout.SIZE;
        for (int i = 0; i < SqeLayout.SIZE; i += Long.BYTES) {
            entries.putLong(base + i, others.getLong(from + i));
        }
        prepared = true;
    }

    /** Puts other memory in place of the entries. */
    void attach(ByteBuffer entries) {
        prepared = true;
        this.entries = entries;
        this.base = 0;
    }

    /**
     * Does nothing; completes with 0.
     *
     * @return this
     */
    public Sqe prepNop() {
        return prep(Opcode.NOP, NO_FD, 0L, 0, 0L, 0);
    }

    /**
     * Waits until {@code fd} is ready, once. Completes with the ready {@link PollMask} bits.
     *
     * @param fd an open descriptor; a regular file is always ready
     * @param pollMask bits to wait for
     * @return this
     */
    public Sqe prepPollAdd(int fd, int pollMask) {
        return prep(Opcode.POLL_ADD, fd, 0L, 0, 0L, pollMask);
    }

    /**
     * Reports each time {@code fd} becomes ready (5.13): when armed if it is ready, then with every new arrival; not while bytes merely stay
     * unread. A completion without {@link CqeFlags#F_MORE} is the last: arm again.
     *
     * @param fd an open descriptor
     * @param pollMask bits to wait for
     * @return this
     */
    public Sqe prepPollMultishot(int fd, int pollMask) {
        return prep(Opcode.POLL_ADD, fd, 0L, IoUring.POLL_ADD_MULTI, 0L, pollMask);
    }

    /**
     * Ends a poll. Completes with 0, -ENOENT if there is none, or -EALREADY if it is completing; the poll itself then completes with
     * -ECANCELED.
     *
     * @param targetUserData of the poll
     * @return this
     */
    public Sqe prepPollRemove(long targetUserData) {
        return prep(Opcode.POLL_REMOVE, NO_FD, targetUserData, 0, 0L, 0);
    }

    /**
     * Asks for the end of an operation of any kind. Completes with 0, -ENOENT if there is none, or -EALREADY if it can no longer be stopped.
     * The operation completes by itself all the same, with -ECANCELED or with its result; before or after this one.
     *
     * @param targetUserData of the operation
     * @return this
     */
    public Sqe prepCancel(long targetUserData) {
        return prep(Opcode.ASYNC_CANCEL, NO_FD, targetUserData, 0, 0L, 0);
    }

    /**
     * Accepts one connection. Completes with its descriptor.
     *
     * @param fd a listening socket
     * @param acceptFlags {@link SocketFlags#SOCK_CLOEXEC}, {@link SocketFlags#SOCK_NONBLOCK}
     * @return this
     */
    public Sqe prepAccept(int fd, int acceptFlags) {
        return prep(Opcode.ACCEPT, fd, 0L, 0, 0L, acceptFlags);
    }

    /**
     * As {@link #prepAccept}, without waiting: completes with -EAGAIN when no connection is there (6.10; the kernels that set {@link
     * CqeFlags#F_SOCK_NONEMPTY} for an accept know it). Uses {@link #ioprio}.
     *
     * @param fd a listening socket
     * @param acceptFlags as for {@link #prepAccept}
     * @return this
     */
    public Sqe prepAcceptNow(int fd, int acceptFlags) {
        return prepAccept(fd, acceptFlags).ioprio(IoUring.ACCEPT_DONTWAIT);
    }

    /**
     * Accepts connections until it fails or is cancelled (5.19; -EINVAL before). Completes with a descriptor each time; a completion without
     * {@link CqeFlags#F_MORE} is the last. Uses {@link #ioprio}.
     *
     * @param fd a listening socket
     * @param acceptFlags as for {@link #prepAccept}
     * @return this
     */
    public Sqe prepAcceptMultishot(int fd, int acceptFlags) {
        return prep(Opcode.ACCEPT, fd, 0L, 0, 0L, acceptFlags).ioprio(IoUring.ACCEPT_MULTISHOT);
    }

    /**
     * Connects a socket. Completes with 0, also if the socket does not block; cancelling it leaves the socket of no use.
     *
     * @param fd a socket that is not connected, see {@link dev.sluice.uring.call.Sockets#open}
     * @param socketAddress where {@link SocketAddresses#write} wrote the peer's
     * @param lengthBytes what it returned
     * @return this
     * @see <a href="https://man7.org/linux/man-pages/man2/connect.2.html">connect(2)</a>
     */
    public Sqe prepConnect(int fd, long socketAddress, int lengthBytes) {
        return prep(Opcode.CONNECT, fd, socketAddress, 0, lengthBytes, 0);
    }

    /**
     * Receives up to {@code lengthBytes}. Completes with the bytes received, 0 at the end of the stream. Waits for bytes also if the socket
     * does not block.
     *
     * @param fd a connected socket
     * @param address to receive into
     * @param lengthBytes how much fits
     * @param msgFlags {@link SocketFlags} MSG_*
     * @return this
     */
    public Sqe prepRecv(int fd, long address, int lengthBytes, int msgFlags) {
        return prep(Opcode.RECV, fd, address, lengthBytes, 0L, msgFlags);
    }

    /**
     * Sends up to {@code lengthBytes}. Completes with the bytes taken; less than all of them is possible unless MSG_WAITALL is set.
     *
     * @param fd a connected socket
     * @param address to send from
     * @param lengthBytes how much
     * @param msgFlags {@link SocketFlags} MSG_*; MSG_NOSIGNAL as a rule
     * @return this
     */
    public Sqe prepSend(int fd, long address, int lengthBytes, int msgFlags) {
        return prep(Opcode.SEND, fd, address, lengthBytes, 0L, msgFlags);
    }

    /**
     * Receives into buffers that the kernel picks from a {@link BufferRing} when bytes arrive (6.0; -EINVAL before), until it fails, the
     * stream ends or it is cancelled. Completes each time with the bytes received and, in the flags, the buffer: see {@link BufferRing#take}.
     * A completion without {@link CqeFlags#F_MORE} is the last; -ENOBUFS means that no buffer was left: give one back, then start again.
     * Uses {@link #flags(int)}, and {@link #ioprio} for {@link SocketFlags#RECV_MULTISHOT}: set anew without it, it receives into one buffer only.
     *
     * @param fd a connected socket
     * @param bufferGroup the ring's group
     * @param msgFlags {@link SocketFlags} MSG_*, not MSG_WAITALL
     * @return this
     */
    public Sqe prepRecvMultishot(int fd, int bufferGroup, int msgFlags) {
        return prep(Opcode.RECV, fd, 0L, 0, 0L, msgFlags)
                .ioprio(SocketFlags.RECV_MULTISHOT)
                .flags(SqeFlags.BUFFER_SELECT)
                .bufferIndex(bufferGroup);
    }

    /**
     * Sends from several buffers, to an address or with control data. Completes with the bytes taken.
     *
     * @param fd a socket
     * @param headerAddress of a {@link MessageHeader}
     * @param msgFlags {@link SocketFlags} MSG_*
     * @return this
     * @see <a href="https://man7.org/linux/man-pages/man2/sendmsg.2.html">sendmsg(2)</a>
     */
    public Sqe prepSendmsg(int fd, long headerAddress, int msgFlags) {
        return prep(Opcode.SENDMSG, fd, headerAddress, 1, 0L, msgFlags);
    }

    /**
     * Receives into several buffers, with the sender's address and control data. Completes with the bytes received, 0 at the end of a stream;
     * the header then tells what came with them.
     *
     * @param fd a socket
     * @param headerAddress of a {@link MessageHeader}
     * @param msgFlags {@link SocketFlags} MSG_*
     * @return this
     * @see <a href="https://man7.org/linux/man-pages/man2/recvmsg.2.html">recvmsg(2)</a>
     */
    public Sqe prepRecvmsg(int fd, long headerAddress, int msgFlags) {
        return prep(Opcode.RECVMSG, fd, headerAddress, 1, 0L, msgFlags);
    }

    /**
     * Opens a file. Completes with its descriptor. Done within the submission if all is cached, else on a kernel worker thread.
     *
     * @param dirFd where a relative path starts, or {@link Statx#AT_FDCWD}
     * @param pathAddress of the NUL-terminated path
     * @param howAddress of an {@link OpenHow}
     * @return this
     * @see <a href="https://man7.org/linux/man-pages/man2/openat2.2.html">openat2(2)</a>
     */
    public Sqe prepOpenat2(int dirFd, long pathAddress, long howAddress) {
        return prep(Opcode.OPENAT2, dirFd, pathAddress, OpenHow.SIZE_BYTES, howAddress, 0);
    }

    /**
     * Reads up to {@code lengthBytes}. Completes with the bytes read, 0 at the end; short reads happen.
     *
     * @param fd open for reading
     * @param address to read into
     * @param lengthBytes how much fits
     * @param fileOffset in bytes; -1 reads at the file's position, which is right for pipes
     * @return this
     */
    public Sqe prepRead(int fd, long address, int lengthBytes, long fileOffset) {
        return prep(Opcode.READ, fd, address, lengthBytes, fileOffset, 0);
    }

    /**
     * Writes up to {@code lengthBytes}. Completes with the bytes written; short writes happen.
     *
     * @param fd open for writing
     * @param address to write from
     * @param lengthBytes how much
     * @param fileOffset in bytes; -1 writes at the file's position, which is right for pipes
     * @return this
     */
    public Sqe prepWrite(int fd, long address, int lengthBytes, long fileOffset) {
        return prep(Opcode.WRITE, fd, address, lengthBytes, fileOffset, 0);
    }

    /**
     * Reads into several buffers, one after the other. Completes with the bytes read, 0 at the end; short reads happen.
     *
     * @param fd open for reading
     * @param iovecsAddress of {@code count} {@link IoVector}s
     * @param count how many, at most 1,024
     * @param fileOffset as for {@link #prepRead}
     * @return this
     * @see <a href="https://man7.org/linux/man-pages/man2/readv.2.html">preadv(2)</a>
     */
    public Sqe prepReadv(int fd, long iovecsAddress, int count, long fileOffset) {
        return prep(Opcode.READV, fd, iovecsAddress, count, fileOffset, 0);
    }

    /**
     * Writes from several buffers, one after the other. Completes with the bytes written; short writes happen.
     *
     * @param fd open for writing
     * @param iovecsAddress of {@code count} {@link IoVector}s
     * @param count how many, at most 1,024
     * @param fileOffset as for {@link #prepWrite}
     * @return this
     * @see <a href="https://man7.org/linux/man-pages/man2/readv.2.html">pwritev(2)</a>
     */
    public Sqe prepWritev(int fd, long iovecsAddress, int count, long fileOffset) {
        return prep(Opcode.WRITEV, fd, iovecsAddress, count, fileOffset, 0);
    }

    /**
     * As {@link #prepRead}, into a registered buffer, whose pages the kernel need not look up. Completes with -EFAULT if the bytes are not
     * within the buffer, or none is registered by that number.
     *
     * @param fd open for reading
     * @param address within the buffer
     * @param lengthBytes how much fits
     * @param fileOffset as for {@link #prepRead}
     * @param bufferIndex its place in {@link Ring#registerBuffers}
     * @return this
     */
    public Sqe prepReadFixed(int fd, long address, int lengthBytes, long fileOffset, int bufferIndex) {
        return prep(Opcode.READ_FIXED, fd, address, lengthBytes, fileOffset, 0).bufferIndex(bufferIndex);
    }

    /**
     * As {@link #prepWrite}, from a registered buffer. Completes with -EFAULT if the bytes are not within the buffer, or none is registered
     * by that number.
     *
     * @param fd open for writing
     * @param address within the buffer
     * @param lengthBytes how much
     * @param fileOffset as for {@link #prepWrite}
     * @param bufferIndex its place in {@link Ring#registerBuffers}
     * @return this
     */
    public Sqe prepWriteFixed(int fd, long address, int lengthBytes, long fileOffset, int bufferIndex) {
        return prep(Opcode.WRITE_FIXED, fd, address, lengthBytes, fileOffset, 0).bufferIndex(bufferIndex);
    }

    /**
     * Brings a file's data and metadata to the disk; always on a kernel worker thread. Completes with 0. Only writes that have completed
     * before it is submitted are sure to be covered.
     *
     * @param fd an open file
     * @return this
     * @see <a href="https://man7.org/linux/man-pages/man2/fsync.2.html">fsync(2)</a>
     */
    public Sqe prepFsync(int fd) {
        return prep(Opcode.FSYNC, fd, 0L, 0, 0L, 0);
    }

    /**
     * As {@link #prepFsync}, without metadata that reading the data back does not need, such as times.
     *
     * @param fd an open file
     * @return this
     */
    public Sqe prepFdatasync(int fd) {
        return prep(Opcode.FSYNC, fd, 0L, 0, 0L, IoUring.FSYNC_DATASYNC);
    }

    /**
     * Takes or frees room of a file; always on a kernel worker thread. Completes with 0, or with -EOPNOTSUPP where the file system does not
     * know the mode.
     *
     * @param fd open for writing
     * @param mode {@link AllocateMode}; 0 makes the file longer if the range ends behind it
     * @param fileOffset first byte
     * @param lengthBytes above zero
     * @return this
     * @see <a href="https://man7.org/linux/man-pages/man2/fallocate.2.html">fallocate(2)</a>
     */
    public Sqe prepFallocate(int fd, int mode, long fileOffset, long lengthBytes) {
        return prep(Opcode.FALLOCATE, fd, lengthBytes, mode, fileOffset, 0);
    }

    /**
     * Makes a file shorter, or longer by zeroes; always on a kernel worker thread. Completes with 0. Linux 6.9: ask
     * {@link RingFeatures#supports}.
     *
     * @param fd open for writing
     * @param lengthBytes of the file from then on
     * @return this
     * @see <a href="https://man7.org/linux/man-pages/man2/ftruncate.2.html">ftruncate(2)</a>
     */
    public Sqe prepFtruncate(int fd, long lengthBytes) {
        return prep(Opcode.FTRUNCATE, fd, 0L, 0, lengthBytes, 0);
    }

    /**
     * Says how a range of a file will be used. Completes with 0. On a kernel worker thread where it may wait, as for
     * {@link FileAdvice#POSIX_FADV_WILLNEED}, which reads ahead.
     *
     * @param fd of a regular file
     * @param fileOffset first byte
     * @param lengthBytes 0 up to the end
     * @param advice {@link FileAdvice}
     * @return this
     * @see <a href="https://man7.org/linux/man-pages/man2/posix_fadvise.2.html">posix_fadvise(2)</a>
     */
    public Sqe prepFadvise(int fd, long fileOffset, int lengthBytes, int advice) {
        return prep(Opcode.FADVISE, fd, 0L, lengthBytes, fileOffset, advice);
    }

    /**
     * Asks for a file's status; always on a kernel worker thread. Completes with 0.
     *
     * @param dirFd where a relative path starts, or the file itself with an empty path and {@link Statx#AT_EMPTY_PATH}
     * @param pathAddress of the NUL-terminated path
     * @param statxFlags {@link Statx} AT_*
     * @param statxMask {@link Statx} STATX_*
     * @param statxAddress of {@link Statx#SIZE_BYTES} bytes
     * @return this
     * @see <a href="https://man7.org/linux/man-pages/man2/statx.2.html">statx(2)</a>
     */
    public Sqe prepStatx(int dirFd, long pathAddress, int statxFlags, int statxMask, long statxAddress) {
        return prep(Opcode.STATX, dirFd, pathAddress, statxMask, statxAddress, statxFlags);
    }

    /**
     * Renames; always on a kernel worker thread. Completes with 0.
     *
     * @param oldDirFd where a relative old path starts, or {@link Statx#AT_FDCWD}
     * @param oldPathAddress of the NUL-terminated path
     * @param newDirFd where a relative new path starts
     * @param newPathAddress of the NUL-terminated path
     * @param renameFlags {@link PathFlags} RENAME_*; 0 replaces what has the new name
     * @return this
     * @see <a href="https://man7.org/linux/man-pages/man2/rename.2.html">renameat2(2)</a>
     */
    public Sqe prepRenameat(int oldDirFd, long oldPathAddress, int newDirFd, long newPathAddress, int renameFlags) {
        return prep(Opcode.RENAMEAT, oldDirFd, oldPathAddress, newDirFd, newPathAddress, renameFlags);
    }

    /**
     * Gives a file one more name; always on a kernel worker thread. Completes with 0.
     *
     * @param oldDirFd where a relative old path starts, or {@link Statx#AT_FDCWD}
     * @param oldPathAddress of the NUL-terminated path
     * @param newDirFd where a relative new path starts
     * @param newPathAddress of the NUL-terminated path
     * @param linkFlags {@link PathFlags#AT_SYMLINK_FOLLOW}, {@link Statx#AT_EMPTY_PATH}
     * @return this
     * @see <a href="https://man7.org/linux/man-pages/man2/link.2.html">linkat(2)</a>
     */
    public Sqe prepLinkat(int oldDirFd, long oldPathAddress, int newDirFd, long newPathAddress, int linkFlags) {
        return prep(Opcode.LINKAT, oldDirFd, oldPathAddress, newDirFd, newPathAddress, linkFlags);
    }

    /**
     * Makes a symbolic link; always on a kernel worker thread. Completes with 0.
     *
     * @param targetAddress of the NUL-terminated text that the link holds
     * @param dirFd where a relative path starts, or {@link Statx#AT_FDCWD}
     * @param pathAddress of the link's NUL-terminated path
     * @return this
     * @see <a href="https://man7.org/linux/man-pages/man2/symlink.2.html">symlinkat(2)</a>
     */
    public Sqe prepSymlinkat(long targetAddress, int dirFd, long pathAddress) {
        return prep(Opcode.SYMLINKAT, dirFd, targetAddress, 0, pathAddress, 0);
    }

    /**
     * Removes a name; always on a kernel worker thread. Completes with 0. A file without names goes when it is no longer open.
     *
     * @param dirFd where a relative path starts, or {@link Statx#AT_FDCWD}
     * @param pathAddress of the NUL-terminated path
     * @param unlinkFlags {@link PathFlags#AT_REMOVEDIR} for an empty directory, 0 for anything else
     * @return this
     * @see <a href="https://man7.org/linux/man-pages/man2/unlink.2.html">unlinkat(2)</a>
     */
    public Sqe prepUnlinkat(int dirFd, long pathAddress, int unlinkFlags) {
        return prep(Opcode.UNLINKAT, dirFd, pathAddress, 0, 0L, unlinkFlags);
    }

    /**
     * Makes a directory; always on a kernel worker thread. Completes with 0.
     *
     * @param dirFd where a relative path starts, or {@link Statx#AT_FDCWD}
     * @param pathAddress of the NUL-terminated path
     * @param mode permission bits, less the process's umask
     * @return this
     * @see <a href="https://man7.org/linux/man-pages/man2/mkdir.2.html">mkdirat(2)</a>
     */
    public Sqe prepMkdirat(int dirFd, long pathAddress, int mode) {
        return prep(Opcode.MKDIRAT, dirFd, pathAddress, mode, 0L, 0);
    }

    /**
     * Closes a descriptor. Completes with 0. Operations in flight on it go on: cancel them first.
     *
     * @param fd an open descriptor
     * @return this
     */
    public Sqe prepClose(int fd) {
        return prep(Opcode.CLOSE, fd, 0L, 0, 0L, 0);
    }

    /**
     * Ends one or both directions of a connection. Completes with 0. Receives in flight then complete with 0.
     *
     * @param fd a connected socket
     * @param how {@link SocketFlags} SHUT_*
     * @return this
     */
    public Sqe prepShutdown(int fd, int how) {
        return prep(Opcode.SHUTDOWN, fd, 0L, how, 0L, 0);
    }

    /**
     * Posts a completion to another ring of this host, and ends its wait (5.18). Completes here with 0 once that is posted, with -EBADFD if
     * {@code ringFd} is no ring or one that is not enabled, with -EOVERFLOW if the other completion queue is full (a ring with DEFER_TASKRUN
     * keeps it aside instead), or with -EOWNERDEAD if the other ring never had an owner.
     *
     * @param ringFd the other ring's {@link Ring#fd}; looked up when the entry is submitted
     * @param targetUserData of the completion posted there
     * @param targetResult of the completion posted there
     * @return this
     * @see <a href="https://man7.org/linux/man-pages/man3/io_uring_prep_msg_ring.3.html">io_uring_prep_msg_ring(3)</a>
     */
    public Sqe prepMsgRing(int ringFd, long targetUserData, int targetResult) {
        return prep(Opcode.MSG_RING, ringFd, 0L, targetResult, targetUserData, 0);
    }

    /**
     * Completes with -ETIME after a time, or with 0 once {@code count} other completions were posted.
     *
     * @param timespecAddress of a {@link Timespec}, read at submission
     * @param count completions; 0 counts none
     * @param timeoutFlags IORING_TIMEOUT_*; 0 for a time from now on the monotonic clock
     * @return this
     */
    public Sqe prepTimeout(long timespecAddress, int count, int timeoutFlags) {
        return prep(Opcode.TIMEOUT, NO_FD, timespecAddress, 1, count, timeoutFlags);
    }

    /**
     * Sets what the completion will carry.
     *
     * @param userData any 64 bits
     * @return this
     */
    public Sqe userData(long userData) {
        entries.putLong(base + SqeLayout.USER_DATA, userData);
        return this;
    }

    /**
     * Sets the entry's flags, in place of any set before. Not after {@link #prepRecvMultishot}, which keeps its own flag there.
     *
     * @param flags {@link SqeFlags}
     * @return this
     */
    public Sqe flags(int flags) {
        entries.put(base + SqeLayout.FLAGS, (byte) flags);
        return this;
    }

    /**
     * Sets the I/O priority of a read or write, or the flags of a send or receive ({@link SocketFlags#RECVSEND_POLL_FIRST}). Not after
     * {@link #prepAcceptMultishot} and {@link #prepRecvMultishot}, which keep their own flags there.
     *
     * @param ioprio 16 bits, as ioprio_set(2) packs class and level
     * @return this
     */
    public Sqe ioprio(int ioprio) {
        entries.putShort(base + SqeLayout.IOPRIO, (short) ioprio);
        return this;
    }

    private Sqe bufferIndex(int indexOrGroup) {
        entries.putShort(base + SqeLayout.BUFFER_INDEX, (short) indexOrGroup);
        return this;
    }

    /** Writes all from the descriptor to the operation's flags. */
    private Sqe prep(int opcode, int fd, long address, int length, long offset, int operationFlags) {
        final ByteBuffer memory = entries;
        final int start = base;
        memory.put(start + SqeLayout.OPCODE, (byte) opcode);
        memory.putInt(start + SqeLayout.FD, fd);
        memory.putLong(start + SqeLayout.OFFSET, offset);
        memory.putLong(start + SqeLayout.ADDRESS, address);
        memory.putInt(start + SqeLayout.LENGTH, length);
        memory.putInt(start + SqeLayout.OPERATION_FLAGS, operationFlags);
        prepared = true;
        return this;
    }
}
