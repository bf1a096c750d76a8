// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import com.sun.jna.Function;
import com.sun.jna.Pointer;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.OpenFlags;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * The first page of a file, mapped to be written, without a descriptor that could: unlike a mapping of the JDK's it ends when it is
 * closed.
 */
final class SharedMapping implements AutoCloseable {
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 1;
    private static final long PAGE_BYTES = 4096L;

    private final Pointer memory;

    /** Open for reading: tells whether the page is there. */
    private final FileChannel channel;

    SharedMapping(Path file) throws IOException {
        final int fd = Descriptors.open(file, OpenFlags.O_RDWR);
        memory = (Pointer) Function.getFunction("c", "mmap")
                .invoke(Pointer.class, new Object[] {null, PAGE_BYTES, PROT_READ_WRITE, MAP_SHARED, fd, 0L});
        Descriptors.close(fd);
        if (Pointer.nativeValue(memory) == -1L) {
            throw new IOException("mmap failed: " + file);
        }
        channel = FileChannel.open(file);
    }

    /** Stores, if the file is not empty by now: that would be a SIGBUS. */
    void store(String text) throws IOException {
        if (channel.size() == 0L) {
            return;
        }
        final byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        memory.write(0L, bytes, 0, bytes.length);
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Function.getFunction("c", "munmap").invoke(Integer.class, new Object[] {memory, PAGE_BYTES});
    }
}
