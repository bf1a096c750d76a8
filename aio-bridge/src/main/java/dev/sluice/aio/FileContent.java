// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.file.OpenFile;
import dev.sluice.aio.memory.Block;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventHandler;
import org.jspecify.annotations.Nullable;

/** What is in an open file: its reads and writes, each a request now and an event later. Of an {@link AsyncFile}. */
public abstract class FileContent extends AsyncDescriptor {
    final OpenFile file;

    FileContent(OpenFile file, @Nullable ResourceContainer charged, @Nullable EventHandler handler) {
        super(file, charged, handler);
        this.file = file;
    }

    /**
     * Reads up to the buffer's remaining bytes, at most 256 KiB, at {@code position}. The event's result is the number
     * of bytes, 0 at the end of the file, or a negative errno; fewer bytes than asked for are no error. The buffer
     * belongs to the kernel until the event, its position is then advanced by the bytes read.
     *
     * <p>What the page cache has is answered with the next enter; what it has not takes its turn among the reads of the
     * device. Where the file system would have to read first where on the disk the data is - of a file with many extents that is on
     * the disk, too - submitting the read would wait for that: it takes its turn among what kernel workers carry out. ext4 tells;
     * of others the first read of an open file goes there.
     *
     * @param buffer filled from its position
     * @param position in the file, in bytes
     * @param charged the container to charge, at whose priority the event comes
     * @param eventAttachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException if {@code position} is negative or the buffer has nothing remaining
     * @throws IllegalStateException if the file is not open or the buffer not the caller's
     * @see <a href="https://man7.org/linux/man-pages/man2/pread.2.html">pread(2)</a>
     */
    public long read(IoBuffer buffer, long position, ResourceContainer charged, @Nullable Object eventAttachment) {
        return file.read(buffer.block, position, charged, eventAttachment);
    }

    /**
     * As {@link #read(IoBuffer, long, ResourceContainer, Object)}, for what was declared.
     *
     * @param buffer filled from its position
     * @param position in the file, in bytes
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long read(IoBuffer buffer, long position) {
        return file.read(buffer.block, position, container(), attachment());
    }

    /**
     * Reads within this call what the page cache is believed to have: from its history, or because the kernel says so, for a system call more. It
     * waits for no disk, and there is no event. So who has asked for one small file at a time spares the ring a turn. Charged as a disk operation.
     *
     * @param buffer filled from its position, which is advanced; the caller's throughout
     * @param position in the file, in bytes
     * @param charged the container to charge
     * @return bytes read, at most 256 KiB; fewer than asked for where the file ends, or what is cached; 0 if nothing is to be had so: {@link #read} it
     * @throws IllegalArgumentException if {@code position} is negative or the buffer has nothing remaining
     * @throws IllegalStateException if the file is not open or the buffer not the caller's, the queue is closed, or the calling thread is not that of
     *     the queue
     * @see <a href="https://man7.org/linux/man-pages/man2/preadv2.2.html">preadv2(2), RWF_NOWAIT</a>
     */
    public int tryRead(IoBuffer buffer, long position, ResourceContainer charged) {
        return file.tryRead(buffer.block, position, charged);
    }

    /**
     * Reads until the buffer has nothing remaining or the file ends, however short the kernel's reads are. The event's
     * result is the number of bytes - fewer than asked for only if the file ended, 0 at its end - or a negative errno. The
     * buffer belongs to the kernel until the event; its position is then advanced by the bytes read, also by those that were
     * read before an error or a cancellation.
     *
     * <p>Each of the reads takes its turn as {@link #read(IoBuffer, long)} does and is charged as one disk operation.
     *
     * @param buffer filled from its position
     * @param position in the file, in bytes
     * @param charged the container to charge, at whose priority the event comes
     * @param eventAttachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException as {@link #read(IoBuffer, long, ResourceContainer, Object)}
     * @throws IllegalStateException as {@link #read(IoBuffer, long, ResourceContainer, Object)}
     * @see <a href="https://man7.org/linux/man-pages/man2/pread.2.html">pread(2)</a>
     */
    public long readFully(IoBuffer buffer, long position, ResourceContainer charged, @Nullable Object eventAttachment) {
        return file.readFully(buffer.block, position, charged, eventAttachment);
    }

    /**
     * As {@link #readFully(IoBuffer, long, ResourceContainer, Object)}, for what was declared.
     *
     * @param buffer filled from its position
     * @param position in the file, in bytes
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long readFully(IoBuffer buffer, long position) {
        return file.readFully(buffer.block, position, container(), attachment());
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
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException if {@code position} is negative or the buffer has nothing remaining
     * @throws IllegalStateException if the file is not open or the buffer not the caller's
     * @see <a href="https://man7.org/linux/man-pages/man2/pwrite.2.html">pwrite(2)</a>
     */
    public long write(IoBuffer buffer, long position, ResourceContainer charged, @Nullable Object eventAttachment) {
        return file.write(buffer.block, position, charged, eventAttachment);
    }

    /**
     * As {@link #write(IoBuffer, long, ResourceContainer, Object)}, for what was declared.
     *
     * @param buffer written from its position
     * @param position in the file, in bytes
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long write(IoBuffer buffer, long position) {
        return file.write(buffer.block, position, container(), attachment());
    }

    /**
     * Writes until the buffer has nothing remaining, however short the kernel's writes are. The event's result is the
     * number of bytes, all that there were, or a negative errno: {@code ENOSPC}, {@code EDQUOT}, {@code EFBIG}, {@code EIO},
     * ... The buffer belongs to the kernel until the event; its position is then advanced by the bytes written, also by
     * those that were written before an error or a cancellation.
     *
     * <p>Each of the writes takes its turn as {@link #write(IoBuffer, long, ResourceContainer, Object)} does and is charged as one disk operation.
     *
     * @param buffer written from its position
     * @param position in the file, in bytes; without meaning if it was opened with {@code O_APPEND}
     * @param charged the container to charge, at whose priority the event comes
     * @param eventAttachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException as {@link #write(IoBuffer, long, ResourceContainer, Object)}
     * @throws IllegalStateException as {@link #write(IoBuffer, long, ResourceContainer, Object)}
     * @see <a href="https://man7.org/linux/man-pages/man2/pwrite.2.html">pwrite(2)</a>
     */
    public long writeFully(
            IoBuffer buffer, long position, ResourceContainer charged, @Nullable Object eventAttachment) {
        return file.writeFully(buffer.block, position, charged, eventAttachment);
    }

    /**
     * As {@link #writeFully(IoBuffer, long, ResourceContainer, Object)}, for what was declared.
     *
     * @param buffer written from its position
     * @param position in the file, in bytes
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long writeFully(IoBuffer buffer, long position) {
        return file.writeFully(buffer.block, position, container(), attachment());
    }

    /**
     * As {@link #read(IoBuffer, long, ResourceContainer, Object)}, into several buffers, one after the other: the event's
     * operation is {@code READV}, and all of them belong to the kernel until then.
     *
     * @param buffers at most 1,024, each filled from its position before the next; one may have nothing remaining. The array is the
     *     caller's
     * @param position in the file, in bytes
     * @param charged the container to charge, at whose priority the event comes
     * @param eventAttachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException if {@code position} is negative, or the buffers are too many, have nothing remaining or are
     *     not distinct
     * @throws IllegalStateException if the file is not open or a buffer not the caller's
     * @see <a href="https://man7.org/linux/man-pages/man2/preadv.2.html">preadv(2)</a>
     */
    public long read(IoBuffer[] buffers, long position, ResourceContainer charged, @Nullable Object eventAttachment) {
        return file.read(blocksOf(buffers), buffers.length, position, charged, eventAttachment);
    }

    /**
     * As {@link #read(IoBuffer[], long, ResourceContainer, Object)}, for what was declared.
     *
     * @param buffers as there
     * @param position in the file, in bytes
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long read(IoBuffer[] buffers, long position) {
        return file.read(blocksOf(buffers), buffers.length, position, container(), attachment());
    }

    /**
     * As {@link #readFully(IoBuffer, long, ResourceContainer, Object)}, into several buffers: until none has anything
     * remaining or the file ends.
     *
     * @param buffers as for {@link #read(IoBuffer[], long, ResourceContainer, Object)}
     * @param position in the file, in bytes
     * @param charged the container to charge, at whose priority the event comes
     * @param eventAttachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException as {@link #read(IoBuffer[], long, ResourceContainer, Object)}
     * @throws IllegalStateException as {@link #read(IoBuffer[], long, ResourceContainer, Object)}
     */
    public long readFully(
            IoBuffer[] buffers, long position, ResourceContainer charged, @Nullable Object eventAttachment) {
        return file.readFully(blocksOf(buffers), buffers.length, position, charged, eventAttachment);
    }

    /**
     * As {@link #readFully(IoBuffer[], long, ResourceContainer, Object)}, for what was declared.
     *
     * @param buffers as there
     * @param position in the file, in bytes
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long readFully(IoBuffer[] buffers, long position) {
        return file.readFully(blocksOf(buffers), buffers.length, position, container(), attachment());
    }

    /**
     * As {@link #write(IoBuffer, long, ResourceContainer, Object)}, from several buffers: the event's operation is {@code
     * WRITEV}.
     *
     * @param buffers as for {@link #read(IoBuffer[], long, ResourceContainer, Object)}
     * @param position in the file, in bytes
     * @param charged the container to charge, at whose priority the event comes
     * @param eventAttachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException as {@link #read(IoBuffer[], long, ResourceContainer, Object)}
     * @throws IllegalStateException as {@link #read(IoBuffer[], long, ResourceContainer, Object)}
     */
    public long write(IoBuffer[] buffers, long position, ResourceContainer charged, @Nullable Object eventAttachment) {
        return file.write(blocksOf(buffers), buffers.length, position, charged, eventAttachment);
    }

    /**
     * As {@link #write(IoBuffer[], long, ResourceContainer, Object)}, for what was declared.
     *
     * @param buffers as there
     * @param position in the file, in bytes
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long write(IoBuffer[] buffers, long position) {
        return file.write(blocksOf(buffers), buffers.length, position, container(), attachment());
    }

    /**
     * As {@link #writeFully(IoBuffer, long, ResourceContainer, Object)}, from several buffers.
     *
     * @param buffers as for {@link #read(IoBuffer[], long, ResourceContainer, Object)}
     * @param position in the file, in bytes
     * @param charged the container to charge, at whose priority the event comes
     * @param eventAttachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException as {@link #read(IoBuffer[], long, ResourceContainer, Object)}
     * @throws IllegalStateException as {@link #read(IoBuffer[], long, ResourceContainer, Object)}
     */
    public long writeFully(
            IoBuffer[] buffers, long position, ResourceContainer charged, @Nullable Object eventAttachment) {
        return file.writeFully(blocksOf(buffers), buffers.length, position, charged, eventAttachment);
    }

    /**
     * As {@link #writeFully(IoBuffer[], long, ResourceContainer, Object)}, for what was declared.
     *
     * @param buffers as there
     * @param position in the file, in bytes
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long writeFully(IoBuffer[] buffers, long position) {
        return file.writeFully(blocksOf(buffers), buffers.length, position, container(), attachment());
    }

    private Block[] blocksOf(IoBuffer[] buffers) {
        return IoBuffer.blocksOf(buffers, buffers.length, file.scratch());
    }
}
