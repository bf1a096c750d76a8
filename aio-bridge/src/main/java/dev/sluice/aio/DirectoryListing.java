// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.process.ErrnoException;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.call.Directories;
import dev.sluice.uring.memory.NativeMemory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** A job that reads one page: opened and closed within it, so that nothing is held from page to page. */
final class DirectoryListing implements Callable<DirectoryPage> {
    private final RootDirectory root;
    private final String path;
    private final long from;
    private final int pageBytes;

    DirectoryListing(RootDirectory root, String path, long from, int pageBytes) {
        this.root = root;
        this.path = path;
        this.from = from;
        this.pageBytes = pageBytes;
    }

    @Override
    public DirectoryPage call() throws ErrnoException {
        final int fd = open();
        try (NativeMemory memory = NativeMemory.map(pageBytes)) {
            final int lengthBytes = check("getdents64", Directories.read(fd, from, memory.address(), pageBytes));
            return page(memory.buffer(0L, pageBytes), lengthBytes);
        } finally {
            Descriptors.close(fd);
        }
    }

    private int open() throws ErrnoException {
        root.root.use();
        try {
            return check("openat2", Directories.openBelow(root.root.fd(), path));
        } finally {
            root.root.endUse();
        }
    }

    private int check(String call, int result) throws ErrnoException {
        if (result < 0) {
            throw new ErrnoException(call, path, -result);
        }
        return result;
    }

    private static DirectoryPage page(ByteBuffer records, int lengthBytes) {
        final List<DirectoryEntry> entries = new ArrayList<>();
        long next = DirectoryPage.END;
        for (int at = 0; at < lengthBytes; at = Directories.next(records, at)) {
            next = Directories.position(records, at);
            final String name = Directories.name(records, at);
            if (!name.equals(".") && !name.equals("..")) {
                entries.add(new DirectoryEntry(name, type(Directories.type(records, at))));
            }
        }
        return new DirectoryPage(entries, next);
    }

    private static DirectoryEntry.Type type(int type) {
        return switch (type) {
            case Directories.DT_REG -> DirectoryEntry.Type.FILE;
            case Directories.DT_DIR -> DirectoryEntry.Type.DIRECTORY;
            case Directories.DT_LNK -> DirectoryEntry.Type.SYMBOLIC_LINK;
            case Directories.DT_UNKNOWN -> DirectoryEntry.Type.UNKNOWN;
            default -> DirectoryEntry.Type.OTHER;
        };
    }
}
