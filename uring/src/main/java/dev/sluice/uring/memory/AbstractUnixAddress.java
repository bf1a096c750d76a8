// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.memory;

import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The address of a Unix socket that is a name and no file: it is free again when the last socket that has it is closed, and
 * known within a network namespace, to everybody in it.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/unix.7.html">unix(7), abstract</a>
 */
public final class AbstractUnixAddress extends SocketAddress {

    /** The most bytes that a name can have, as UTF-8. */
    public static final int MAX_NAME_BYTES = 107;

    private static final long serialVersionUID = 1L;

    /** The name, without the NUL that the kernel knows it by. */
    private final String name;

    /**
     * Makes an address.
     *
     * @param name 1 to {@value #MAX_NAME_BYTES} bytes as UTF-8
     * @throws IllegalArgumentException if it is empty or longer
     */
    public AbstractUnixAddress(String name) {
        this.name = Objects.requireNonNull(name, "name");
        final int bytes = nameBytes().length;
        if (bytes < 1 || bytes > MAX_NAME_BYTES) {
            throw new IllegalArgumentException("the name of a Unix socket has 1.." + MAX_NAME_BYTES + " bytes: it has "
                    + bytes + ", name=" + name);
        }
    }

    /**
     * Returns the name.
     *
     * @return as given
     */
    public String name() {
        return name;
    }

    byte[] nameBytes() {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AbstractUnixAddress address && address.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return "@" + name;
    }
}
