package dev.sluice.aio;

import dev.sluice.uring.OpenFlags;
import dev.sluice.uring.ResolveFlags;

/**
 * How a file is opened: the fields of {@code struct open_how}. {@code O_CLOEXEC} and {@code RESOLVE_BENEATH} are always
 * added: no descriptor reaches a child, and nothing outside the root is ever opened.
 *
 * @param flags a mask of {@link OpenFlags}
 * @param mode permissions of a file that is created, such as {@code 0644}; 0 otherwise
 * @param resolve a mask of {@link ResolveFlags}
 * @see <a href="https://man7.org/linux/man-pages/man2/openat2.2.html">openat2(2)</a>
 */
public record OpenOptions(int flags, int mode, long resolve) {
    /** For reading, a regular file or whatever else is there. */
    public static final OpenOptions READ = new OpenOptions(OpenFlags.O_RDONLY, 0, 0L);

    /** For reading and writing; created with mode 0644 if it does not exist. */
    public static final OpenOptions READ_WRITE_CREATE = new OpenOptions(OpenFlags.O_RDWR | OpenFlags.O_CREAT, 0644, 0L);

    /**
     * Adds what is always wanted.
     *
     * @param flags see {@link #flags()}
     * @param mode see {@link #mode()}
     * @param resolve see {@link #resolve()}
     */
    public OpenOptions {
        flags |= OpenFlags.O_CLOEXEC;
        resolve |= ResolveFlags.RESOLVE_BENEATH;
    }

    /**
     * Adds flags.
     *
     * @param more a mask of {@link OpenFlags}
     * @return changed options
     */
    public OpenOptions withFlags(int more) {
        return new OpenOptions(flags | more, mode, resolve);
    }
}
