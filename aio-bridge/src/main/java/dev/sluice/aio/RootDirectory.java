package dev.sluice.aio;

import dev.sluice.uring.Descriptors;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A directory below which files are opened, and outside of which none is: paths are resolved by the kernel with {@code
 * RESOLVE_BENEATH}, so neither dot-dot nor a symbolic link leaves it.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/openat2.2.html">openat2(2)</a>
 */
public final class RootDirectory implements AutoCloseable {
    private final Path path;
    private int fd;

    private RootDirectory(Path path, int fd) {
        this.path = path;
        this.fd = fd;
    }

    /**
     * Opens the directory. Waits for the disk: for start-up, not for the loop.
     *
     * @param path of an existing directory
     * @return the root
     * @throws IOException if it cannot be opened, naming the path and the error
     */
    public static RootDirectory open(Path path) throws IOException {
        return new RootDirectory(path, Descriptors.openDirectory(path));
    }

    /**
     * Returns the path as given.
     *
     * @return the path
     */
    public Path path() {
        return path;
    }

    int fd() {
        if (fd < 0) {
            throw new IllegalStateException("the root directory " + path + " is closed");
        }
        return fd;
    }

    /** Closes the descriptor; files that are open stay so. Closing again does nothing. */
    @Override
    public void close() {
        if (fd >= 0) {
            Descriptors.close(fd);
            fd = -1;
        }
    }
}
