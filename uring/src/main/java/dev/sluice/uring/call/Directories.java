// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.call;

import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.FileNames;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.linux.ResolveFlags;
import dev.sluice.uring.memory.NativeMemory;
import dev.sluice.uring.memory.OpenHow;
import dev.sluice.uring.sys.DirectoryCalls;
import dev.sluice.uring.sys.DirentLayout;
import dev.sluice.uring.sys.LibC;
import java.nio.ByteBuffer;

/**
 * What is in a directory. io_uring has no operation for it, and it waits for the disk: not for the thread of a loop.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/getdents.2.html">getdents64(2)</a>
 */
public final class Directories {

    /** The file system does not tell the type of its entries. */
    public static final int DT_UNKNOWN = 0;

    /** A named pipe. */
    public static final int DT_FIFO = 1;

    /** A character device. */
    public static final int DT_CHR = 2;

    /** A directory. */
    public static final int DT_DIR = 4;

    /** A block device. */
    public static final int DT_BLK = 6;

    /** A regular file. */
    public static final int DT_REG = 8;

    /** A symbolic link. */
    public static final int DT_LNK = 10;

    /** A socket. */
    public static final int DT_SOCK = 12;

    /**
     * So often a path is walked that the kernel cannot be sure of, because something was renamed or mounted meanwhile, anywhere on the
     * machine: openat2(2) leaves it to the caller to ask again.
     */
    private static final int MOST_WALKS = 100;

    private Directories() {}

    /**
     * Opens a directory to be listed, by a walk that does not leave the one it starts from (RESOLVE_BENEATH).
     *
     * @param directoryFd where the path starts, O_PATH suffices
     * @param path relative, without NUL
     * @return a new descriptor; or a negated errno: EXDEV if the path leaves the directory, ENOTDIR, ENOENT, EACCES, ELOOP, EMFILE, ENOSYS
     *     before Linux 5.6
     * @see <a href="https://man7.org/linux/man-pages/man2/openat2.2.html">openat2(2)</a>
     */
    public static int openBelow(int directoryFd, String path) {
        final byte[] name = FileNames.encode(path);
        final int lengthBytes = OpenHow.SIZE_BYTES + name.length + 1;
        try (NativeMemory memory = NativeMemory.map(lengthBytes)) {
            final ByteBuffer how = memory.buffer(0L, lengthBytes);
            OpenHow.write(
                    how,
                    0,
                    OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC,
                    0L,
                    ResolveFlags.RESOLVE_BENEATH);
            how.put(OpenHow.SIZE_BYTES, name); // the NUL is there
            final long address = memory.address();
            int result = 0;
            for (int walk = 0; walk < MOST_WALKS; walk++) {
                result = Openat2Call.open(directoryFd, address + OpenHow.SIZE_BYTES, address, OpenHow.SIZE_BYTES);
                if (result != -Errno.EAGAIN) {
                    break;
                }
            }
            return result;
        }
    }

    /**
     * Reads as many entries as there is room for.
     *
     * @param fd from {@link #openBelow}
     * @param position 0 to begin, or the {@link #position} of the last entry that was read, also by another descriptor
     * @param address to write the records to
     * @param lengthBytes room for them; 280 suffice for one entry
     * @return bytes written, 0 at the end; or a negated errno: EINVAL if there is no room for the next entry or the position is none,
     *     ENOENT if the directory was removed
     */
    public static int read(int fd, long position, long address, int lengthBytes) {
        final long sought = DirectoryCalls.lseek(fd, position, DirectoryCalls.SEEK_SET);
        return LibC.orNegatedErrno(sought == -1L ? sought : DirectoryCalls.getdents64(fd, address, lengthBytes));
    }

    /**
     * Where the entries behind one begin.
     *
     * @param records as {@link #read} wrote them, in native order
     * @param at where the record begins
     * @return a position; not a count, and not in order
     */
    public static long position(ByteBuffer records, int at) {
        return records.getLong(at + DirentLayout.OFFSET);
    }

    /**
     * What an entry is.
     *
     * @param records as {@link #read} wrote them, in native order
     * @param at where the record begins
     * @return one of DT_*
     */
    public static int type(ByteBuffer records, int at) {
        return records.get(at + DirentLayout.TYPE);
    }

    /**
     * How an entry is called.
     *
     * @param records as {@link #read} wrote them, in native order
     * @param at where the record begins
     * @return the name, as {@link FileNames} reads it; dot and dot-dot are among them
     */
    public static String name(ByteBuffer records, int at) {
        int end = at + DirentLayout.NAME;
        while (records.get(end) != 0) {
            end++;
        }
        final byte[] name = new byte[end - at - DirentLayout.NAME];
        records.get(at + DirentLayout.NAME, name);
        return FileNames.decode(name);
    }

    /**
     * Where the next record begins.
     *
     * @param records as {@link #read} wrote them, in native order
     * @param at where the record begins
     * @return an offset; at the last record the number of bytes read
     */
    public static int next(ByteBuffer records, int at) {
        return at + Short.toUnsignedInt(records.getShort(at + DirentLayout.RECORD_LENGTH));
    }
}
