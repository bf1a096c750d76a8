// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.linux.ResolveFlags;

/**
 * How a file is opened: the fields of {@code struct open_how}. {@code O_CLOEXEC} and {@code RESOLVE_BENEATH} are always
 * added: no descriptor reaches a child, and nothing outside the root is ever opened.
 *
 * @param flags a mask of {@link OpenFlags}
 * @param mode permissions of a file that is created, such as {@code 0644}, within {@code 07777}; 0 otherwise
 * @param resolve a mask of {@link ResolveFlags}
 * @see <a href="https://man7.org/linux/man-pages/man2/openat2.2.html">openat2(2)</a>
 */
public record OpenOptions(int flags, int mode, long resolve) {
    private static final int PERMISSIONS = 07777;

    /** For reading, a regular file or whatever else is there. */
    public static final OpenOptions READ = new OpenOptions(OpenFlags.O_RDONLY, 0, 0L);

    /** For reading and writing what is there. */
    public static final OpenOptions READ_WRITE = new OpenOptions(OpenFlags.O_RDWR, 0, 0L);

    /** For reading and writing; created with mode 0644 if it does not exist. */
    public static final OpenOptions READ_WRITE_CREATE = new OpenOptions(OpenFlags.O_RDWR | OpenFlags.O_CREAT, 0644, 0L);

    /**
     * Checks the mode, and adds what is always wanted.
     *
     * @param flags see {@link #flags()}
     * @param mode see {@link #mode()}
     * @param resolve see {@link #resolve()}
     * @throws IllegalArgumentException if the mode has other bits than {@code 07777}
     */
    public OpenOptions {
        if ((mode & ~PERMISSIONS) != 0) {
            throw new IllegalArgumentException("mode must be within 07777: mode=0" + Integer.toOctalString(mode));
        }
        flags |= OpenFlags.O_CLOEXEC;
        resolve |= ResolveFlags.RESOLVE_BENEATH;
    }

    /**
     * For reading and writing a file that does not exist yet: else the result is {@code EEXIST}.
     *
     * @param mode permissions, such as {@code 0644}, of which the process's umask takes some away
     * @return options with {@code O_RDWR | O_CREAT | O_EXCL}
     * @throws IllegalArgumentException if the mode has other bits than {@code 07777}
     */
    public static OpenOptions createNew(int mode) {
        return creating(OpenFlags.O_RDWR | OpenFlags.O_EXCL, mode);
    }

    /**
     * For reading and writing a file that has nothing in it: created if it does not exist, emptied if it does.
     *
     * @param mode permissions if it is created, as {@link #createNew}
     * @return options with {@code O_RDWR | O_CREAT | O_TRUNC}
     * @throws IllegalArgumentException as {@link #createNew}
     */
    public static OpenOptions createEmpty(int mode) {
        return creating(OpenFlags.O_RDWR | OpenFlags.O_TRUNC, mode);
    }

    /**
     * For writing at the end of a file, wherever that is then and whatever position a write names; created if it does not exist.
     *
     * @param mode permissions if it is created, as {@link #createNew}
     * @return options with {@code O_WRONLY | O_CREAT | O_APPEND}
     * @throws IllegalArgumentException as {@link #createNew}
     */
    public static OpenOptions append(int mode) {
        return creating(OpenFlags.O_WRONLY | OpenFlags.O_APPEND, mode);
    }

    /**
     * For reading and writing a file without a name, in the directory that the path leads to: gone when it is closed.
     *
     * @param mode permissions, as {@link #createNew}
     * @return options with {@code O_RDWR | O_TMPFILE}; {@code EOPNOTSUPP} is the result where the file system has no such files
     * @throws IllegalArgumentException as {@link #createNew}
     */
    public static OpenOptions unnamed(int mode) {
        return new OpenOptions(OpenFlags.O_RDWR | OpenFlags.O_TMPFILE, mode, 0L);
    }

    private static OpenOptions creating(int flags, int mode) {
        return new OpenOptions(flags | OpenFlags.O_CREAT, mode, 0L);
    }

    /**
     * Adds flags.
     *
     * @param more a mask of {@link OpenFlags}
     * @return options with those flags beside its own
     */
    public OpenOptions withFlags(int more) {
        return new OpenOptions(flags | more, mode, resolve);
    }
}
