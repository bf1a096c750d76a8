// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/** The JDK's calls: a batch is one after the other. */
final class JdkCalls implements CachedCallsFork.Calls {
    private final Path path;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(CachedCallsFork.READ_BYTES);

    JdkCalls(Path path) throws IOException {
        this.path = path;
        channel = FileChannel.open(path, StandardOpenOption.READ);
    }

    @Override
    public void read(int batch) throws IOException {
        for (int i = 0; i < batch; i++) {
            final long position = (long) (i % CachedCallsFork.BLOCKS) * CachedCallsFork.READ_BYTES;
            if (channel.read(buffer.clear(), position) != CachedCallsFork.READ_BYTES) {
                throw new IOException("short read of " + path + " at " + position);
            }
        }
    }

    @Override
    public void open(int batch) throws IOException {
        for (int i = 0; i < batch; i++) {
            FileChannel.open(path, StandardOpenOption.READ).close();
        }
    }

    @Override
    public void stat(int batch) throws IOException {
        for (int i = 0; i < batch; i++) {
            if (Files.readAttributes(path, BasicFileAttributes.class).size() == 0) {
                throw new IOException(path + " is empty");
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
