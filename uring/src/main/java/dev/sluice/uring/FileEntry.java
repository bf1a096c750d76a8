// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

import dev.sluice.uring.linux.AllocateMode;
import dev.sluice.uring.linux.FileAdvice;
import dev.sluice.uring.memory.IoVector;
import dev.sluice.uring.sys.IoUring;
import java.nio.ByteBuffer;

/** The part of {@link Sqe} that prepares operations on open files. */
abstract sealed class FileEntry extends PathEntry permits SocketEntry {

    FileEntry(ByteBuffer entries) {
        super(entries);
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
    public final Sqe prepRead(int fd, long address, int lengthBytes, long fileOffset) {
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
    public final Sqe prepWrite(int fd, long address, int lengthBytes, long fileOffset) {
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
    public final Sqe prepReadv(int fd, long iovecsAddress, int count, long fileOffset) {
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
    public final Sqe prepWritev(int fd, long iovecsAddress, int count, long fileOffset) {
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
     * @param bufferIndex its place in {@link RingRegistration#registerBuffers}
     * @return this
     */
    public final Sqe prepReadFixed(int fd, long address, int lengthBytes, long fileOffset, int bufferIndex) {
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
     * @param bufferIndex its place in {@link RingRegistration#registerBuffers}
     * @return this
     */
    public final Sqe prepWriteFixed(int fd, long address, int lengthBytes, long fileOffset, int bufferIndex) {
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
    public final Sqe prepFsync(int fd) {
        return prep(Opcode.FSYNC, fd, 0L, 0, 0L, 0);
    }

    /**
     * As {@link #prepFsync}, without metadata that reading the data back does not need, such as times.
     *
     * @param fd an open file
     * @return this
     */
    public final Sqe prepFdatasync(int fd) {
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
    public final Sqe prepFallocate(int fd, int mode, long fileOffset, long lengthBytes) {
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
    public final Sqe prepFtruncate(int fd, long lengthBytes) {
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
    public final Sqe prepFadvise(int fd, long fileOffset, int lengthBytes, int advice) {
        return prep(Opcode.FADVISE, fd, 0L, lengthBytes, fileOffset, advice);
    }
}
