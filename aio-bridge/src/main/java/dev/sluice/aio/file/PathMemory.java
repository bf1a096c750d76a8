// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.file;

import dev.sluice.uring.linux.FileNames;
import java.nio.ByteBuffer;

/** Paths as the kernel reads them: the bytes that {@link FileNames} has for them, ended by NUL. */
public final class PathMemory {
    /** Longest path that the kernel takes, without its NUL. */
    static final int MAX_PATH_BYTES = 4095;

    /** Enough for most paths, and for an {@code open_how} before them. */
    static final int USUAL_BYTES = 512;

    private static final int MOST_BYTES_OF_A_CHAR = 3;

    private PathMemory() {}

    public static void check(String path) {
        if (path.isEmpty() || path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "a path has at least one byte and no NUL: path=\"" + path.replace("\0", "\\0") + "\"");
        }
        if (path.length() > MAX_PATH_BYTES) {
            throw new IllegalArgumentException(
                    "a path has at most " + MAX_PATH_BYTES + " bytes: it has " + path.length());
        }
        if (!FileNames.isEncodable(path)) {
            throw new IllegalArgumentException(
                    "a path has half of a surrogate pair only for a byte that is not UTF-8, U+DC80 to U+DCFF: path=\""
                            + path + "\"");
        }
    }

    /** Room that is enough for {@code path}. */
    static int bytesFor(String path) {
        return MOST_BYTES_OF_A_CHAR * path.length() + 1;
    }

    /** Writes {@code path} at {@code offset} and returns where its NUL is. */
    static int put(ByteBuffer memory, int offset, String path) {
        int end = offset;
        for (int i = 0; i < path.length(); i++) {
            final char c = path.charAt(i);
            if (c >= 0x80) {
                final byte[] encoded = FileNames.encode(path);
                memory.put(offset, encoded);
                end = offset + encoded.length;
                break;
            }
            memory.put(end++, (byte) c);
        }
        memory.put(end, (byte) 0);
        return end;
    }
}
