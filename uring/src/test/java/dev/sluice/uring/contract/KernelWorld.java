// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.call.Sockets;
import dev.sluice.uring.memory.NativeMemory;
import dev.sluice.uring.memory.SocketAddresses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Real descriptors and files; those that are still open are closed at the end. */
public final class KernelWorld implements RingWorld {
    private static final int MEMORY_BYTES = 4096;

    private final NativeMemory memory = NativeMemory.map(MEMORY_BYTES);
    private final Set<Integer> open = new HashSet<>();
    private final List<Thread> threads = new ArrayList<>();
    private Path folder;

    private int[] opened(int... fds) {
        for (final int fd : fds) {
            assertThat(fd).as("descriptor").isNotNegative();
            open.add(fd);
        }
        return fds;
    }

    @Override
    public int[] pipe() {
        return opened(Descriptors.pipe());
    }

    @Override
    public int[] socketPair() {
        return opened(Descriptors.socketPair());
    }

    @Override
    public int listener() {
        return opened(Sockets.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16))[0];
    }

    @Override
    public int connect(int listener) {
        return opened(Sockets.connect(Sockets.localAddress(listener)))[0];
    }

    @Override
    public int socket() {
        return opened(Sockets.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))[0];
    }

    @Override
    public int writeAddress(int listener, ByteBuffer memory, int offset) {
        return SocketAddresses.write(memory, offset, Sockets.localAddress(listener));
    }

    @Override
    public void write(int fd, byte[] bytes) {
        memory.buffer(0L, MEMORY_BYTES).put(0, bytes);
        assertThat(Descriptors.write(fd, memory.address(), bytes.length)).isEqualTo(bytes.length);
    }

    @Override
    public byte[] read(int fd, int atMost) {
        final int count = Descriptors.read(fd, memory.address(), Math.min(atMost, MEMORY_BYTES));
        assertThat(count).as("read from descriptor %d", fd).isNotNegative();
        final byte[] bytes = new byte[count];
        memory.buffer(0L, MEMORY_BYTES).get(0, bytes);
        return bytes;
    }

    @Override
    public void close(int fd) {
        open.remove(fd);
        Descriptors.close(fd);
    }

    @Override
    public int directory() throws IOException {
        return opened(Descriptors.openDirectory(folder()))[0];
    }

    @Override
    public void file(String name, byte[] contents) throws IOException {
        Files.write(folder().resolve(name), contents);
    }

    private Path folder() throws IOException {
        if (folder == null) {
            folder = Files.createTempDirectory("ring");
        }
        return folder;
    }

    private void deleteFolder() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (final Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    @Override
    public void later(long delayNs, Runnable deed) {
        final Thread thread = new Thread(() -> {
            final long untilNs = System.nanoTime() + delayNs;
            while (System.nanoTime() < untilNs) {
                Thread.onSpinWait();
            }
            deed.run();
        });
        threads.add(thread);
        thread.start();
    }

    @Override
    public void end() {
        try {
            for (final Thread thread : threads) {
                thread.join();
            }
            if (folder != null) {
                deleteFolder();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            open.forEach(Descriptors::close);
            memory.close();
        }
    }
}
