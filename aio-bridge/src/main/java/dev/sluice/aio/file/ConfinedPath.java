// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.file;

import dev.sluice.aio.memory.StructMemory;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;
import java.nio.ByteBuffer;

/**
 * A path below a root, split for an operation that knows no {@code RESOLVE_BENEATH}: the directory, which openat2
 * resolves with it, and a single name in there, which is resolved by nobody.
 *
 * <pre>
 *   a/b//c/   directory "a/b/", name "c"
 *   c         no directory: the root itself
 *   /c        refused, as openat2 does: EXDEV
 *   a/..      refused, for the name is not one in a: EINVAL
 * </pre>
 */
final class ConfinedPath {
    private static final int NONE = -1;

    private StructMemory memory;
    private int start;
    private int nameStart;
    private int directoryFd = NONE;

    /**
     * Splits the path that is written at {@code newStart} and ends before {@code end}, in place.
     *
     * @return 0, or the errno to refuse it with, negated
     */
    int split(StructMemory newMemory, int newStart, int end) {
        memory = newMemory;
        start = newStart;
        final ByteBuffer bytes = memory.bytes();
        if (bytes.get(start) == '/') {
            return -Errno.EXDEV;
        }
        int nameEnd = end;
        while (bytes.get(nameEnd - 1) == '/') { // ends at the first byte, which is none
            nameEnd--;
        }
        bytes.put(nameEnd, (byte) 0);
        nameStart = nameEnd;
        while (nameStart > start && bytes.get(nameStart - 1) != '/') {
            nameStart--;
        }
        final boolean dot = bytes.get(nameStart) == '.';
        final int nameBytes = nameEnd - nameStart;
        if (dot && (nameBytes == 1 || (nameBytes == 2 && bytes.get(nameStart + 1) == '.'))) {
            return -Errno.EINVAL;
        }
        if (nameStart > start) {
            bytes.put(nameStart - 1, (byte) 0);
        }
        return 0;
    }

    /** Takes the whole path for the one of the directory: what it names is to be opened, whatever it is. */
    void whole(StructMemory newMemory, int newStart, int end) {
        memory = newMemory;
        start = newStart;
        nameStart = end;
    }

    /** Tells whether the directory is still to be opened. */
    boolean needsDirectory() {
        return nameStart > start && directoryFd == NONE;
    }

    long directoryAddress() {
        return memory.address() + start;
    }

    void directoryOpened(int fd) {
        directoryFd = fd;
    }

    /** Where the name is. */
    int directoryFd(Root root) {
        return directoryFd == NONE ? root.fd() : directoryFd;
    }

    long nameAddress() {
        return memory.address() + nameStart;
    }

    /** Closes the directory, or whatever it is: opened with {@code O_PATH}, it may still be the last that holds it. */
    void clear(PathOperation operation) {
        if (directoryFd != NONE) {
            operation.closeUnwanted(directoryFd, false);
            directoryFd = NONE;
        }
        forget();
    }

    /** As {@link #clear}, by a thread that may wait. */
    void closeNow() {
        if (directoryFd != NONE) {
            Descriptors.tryClose(directoryFd);
            directoryFd = NONE;
        }
        forget();
    }

    private void forget() {
        memory = null;
        start = 0;
        nameStart = 0;
    }
}
