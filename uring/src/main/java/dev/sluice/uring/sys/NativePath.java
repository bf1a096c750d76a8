// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

import java.io.ByteArrayOutputStream;
import java.nio.file.FileSystems;
import java.nio.file.Path;

/** The bytes of a path as the kernel knows it. */
public final class NativePath {

    private NativePath() {}

    /**
     * Converts without a character set: what {@code Path} holds, not what the JVM's locale can express.
     *
     * @param path of the default file system
     * @return the absolute path's bytes, NUL-terminated
     * @throws IllegalArgumentException if the path is of another file system
     */
    public static byte[] toBytes(Path path) {
        if (path.getFileSystem() != FileSystems.getDefault()) {
            throw new IllegalArgumentException("not a path of the default file system: " + path.toUri());
        }
        // A URI escapes each byte the path holds; String.getBytes would put a question mark for what the locale lacks.
        final String escaped = path.toUri().getRawPath();
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream(escaped.length() + 1);
        for (int i = 0; i < escaped.length(); i++) {
            final char c = escaped.charAt(i);
            if (c == '%') {
                bytes.write(Integer.parseInt(escaped, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(c);
            }
        }
        bytes.write(0);
        return bytes.toByteArray();
    }
}
