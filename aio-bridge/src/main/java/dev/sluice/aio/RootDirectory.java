// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.file.Root;
import dev.sluice.uring.host.NativeAccess;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A directory below which files are opened, and outside of which none is: paths are resolved by the kernel with {@code
 * RESOLVE_BENEATH}, so neither dot-dot nor a symbolic link leaves it.
 *
 * <p>Names are bytes to the kernel, and text here: UTF-8, but that a byte that is none, which some other program has put into a name, is
 * {@code U+DC00} and the byte, half of a surrogate pair. So a name that was listed, or reported by a watch, can be opened, whatever its
 * bytes; {@link dev.sluice.uring.linux.FileNames} makes one of the other.
 *
 * <p>Several queues may share one; any thread may close it.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/openat2.2.html">openat2(2)</a>
 */
public final class RootDirectory implements AutoCloseable {
    final Root root;

    RootDirectory(Root root) {
        this.root = root;
    }

    /**
     * Opens the directory. Waits for the disk: for start-up, not for the loop.
     *
     * @param path of an existing directory
     * @return the root
     * @throws IOException if it cannot be opened, naming the path and the error
     * @throws dev.sluice.uring.RingUnavailableException if no native call can be made, as {@link NativeAccess#check}
     */
    public static RootDirectory open(Path path) throws IOException {
        return new RootDirectory(Root.open(path));
    }

    /**
     * Returns the path as given.
     *
     * @return the path
     */
    public Path path() {
        return root.path();
    }

    /**
     * Lets no more operations start. The descriptor is closed when those under way have ended; files that are open stay so.
     * Closing again does nothing.
     */
    @Override
    public void close() {
        root.close();
    }
}
