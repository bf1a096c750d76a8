// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Path;

/** The bytes of a path as the kernel knows it. */
public final class NativePath {

    /** Nothing lies below it: the kernel says so without asking a disk. */
    private static final Path NOWHERE = Path.of("/dev/null");

    private static final int NOWHERE_LENGTH = NOWHERE.toString().length();

    private NativePath() {}

    /**
     * Converts without a character set: what {@code Path} holds, not what the JVM's locale can express. Does not look for a file of that
     * path, so it never waits for a disk or a file server.
     *
     * @param path of the default file system
     * @return its own bytes, NUL-terminated: a relative path stays relative
     * @throws IllegalArgumentException if the path is of another file system
     */
    public static byte[] toBytes(Path path) {
        if (path.getFileSystem() != FileSystems.getDefault()) {
            throw new IllegalArgumentException("not a path of the default file system: " + path.toUri());
        }
        final String escaped = escaped(path);
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

    /**
     * A URI escapes each byte the path holds; String.getBytes would put a question mark for what the locale lacks. But toUri() asks the file
     * system whether there is a directory of that path, which may take as long as its disk: so it is given one that is nowhere.
     */
    private static String escaped(Path path) {
        if (path.getNameCount() == 0) {
            return "/";
        }
        final Path names = path.subpath(0, path.getNameCount());
        final String escaped = NOWHERE.resolve(names).toUri().getRawPath().substring(NOWHERE_LENGTH);
        return path.isAbsolute() || escaped.isEmpty() ? escaped : escaped.substring(1);
    }

    /**
     * Converts back, without a character set either.
     *
     * @param bytes without NUL, and not empty
     * @return a path of the default file system, relative if they do not begin with a slash
     */
    public static Path ofBytes(byte[] bytes) {
        final boolean absolute = bytes[0] == '/';
        final StringBuilder escaped = new StringBuilder(absolute ? "file://" : "file:///");
        for (final byte b : bytes) {
            escaped.append(b == '/' ? "/" : String.format("%%%02X", b));
        }
        final Path path = Path.of(URI.create(escaped.toString()));
        return absolute ? path : path.subpath(0, path.getNameCount()); // relativize() would drop dots
    }
}
