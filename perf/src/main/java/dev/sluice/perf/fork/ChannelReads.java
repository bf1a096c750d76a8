// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Random reads by the JDK: its channels, and threads that wait for them. */
final class ChannelReads {
    private static final int ALIGNMENT_BYTES = 4096;

    private ChannelReads() {}

    /** One thread, one read at a time, whatever the depth. */
    static void oneThread(Path file, boolean direct, int readBytes, int depth, ReadLoad load) throws IOException {
        try (FileChannel channel = FileChannel.open(file, options(direct))) {
            readUntilOver(channel, readBytes, load);
        }
    }

    /** A virtual thread for each read at a time; needs JDK 21. */
    static void virtualThreads(Path file, boolean direct, int readBytes, int depth, ReadLoad load) throws IOException {
        final MethodHandle startVirtualThread = startVirtualThread();
        try (FileChannel channel = FileChannel.open(file, options(direct))) {
            final List<CompletableFuture<Void>> ends = new ArrayList<>();
            for (int i = 0; i < depth; i++) {
                ends.add(CompletableFuture.runAsync(
                        () -> {
                            try {
                                readUntilOver(channel, readBytes, load);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        },
                        task -> start(startVirtualThread, task)));
            }
            ends.forEach(CompletableFuture::join);
        }
    }

    private static MethodHandle startVirtualThread() throws IOException {
        try {
            return MethodHandles.publicLookup()
                    .findStatic(
                            Thread.class, "startVirtualThread", MethodType.methodType(Thread.class, Runnable.class));
        } catch (ReflectiveOperationException e) {
            throw new IOException("virtual threads need JDK 21, this is " + Runtime.version(), e);
        }
    }

    private static void start(MethodHandle startVirtualThread, Runnable task) {
        try {
            final Thread started = (Thread) startVirtualThread.invokeExact(task);
            started.setName("reader");
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static void readUntilOver(FileChannel channel, int readBytes, ReadLoad load) throws IOException {
        final ByteBuffer buffer = buffer(readBytes);
        long startNs = System.nanoTime();
        for (long position = load.nextPosition(startNs);
                position != ReadLoad.OVER;
                position = load.nextPosition(startNs)) {
            buffer.clear();
            final int bytes = channel.read(buffer, position);
            final long nowNs = System.nanoTime();
            load.completed(startNs, nowNs, bytes);
            startNs = nowNs;
        }
    }

    /** The threads are the channel's own. */
    static void asynchronous(Path file, boolean direct, int readBytes, int depth, ReadLoad load) throws IOException {
        try (AsynchronousFileChannel channel = AsynchronousFileChannel.open(file, options(direct))) {
            final List<CompletableFuture<Void>> ends = new ArrayList<>();
            for (int i = 0; i < depth; i++) {
                final Chain chain = new Chain(channel, buffer(readBytes), load);
                ends.add(chain.end);
                chain.start();
            }
            ends.forEach(CompletableFuture::join);
        }
    }

    /** Reads one after the other, each started where the one before it ended. */
    private static final class Chain implements CompletionHandler<Integer, Void> {
        private final CompletableFuture<Void> end = new CompletableFuture<>();
        private final AsynchronousFileChannel channel;
        private final ByteBuffer buffer;
        private final ReadLoad load;
        private long startNs;

        Chain(AsynchronousFileChannel channel, ByteBuffer buffer, ReadLoad load) {
            this.channel = channel;
            this.buffer = buffer;
            this.load = load;
        }

        void start() {
            startNs = System.nanoTime();
            final long position = load.nextPosition(startNs);
            if (position == ReadLoad.OVER) {
                end.complete(null);
            } else {
                channel.read(buffer.clear(), position, null, this);
            }
        }

        @Override
        public void completed(Integer bytes, Void attachment) {
            try {
                load.completed(startNs, System.nanoTime(), bytes);
                start();
            } catch (RuntimeException e) {
                end.completeExceptionally(e);
            }
        }

        @Override
        public void failed(Throwable cause, Void attachment) {
            end.completeExceptionally(cause);
        }
    }

    private static OpenOption[] options(boolean direct) {
        return direct
                ? new OpenOption[] {StandardOpenOption.READ, directOption()}
                : new OpenOption[] {StandardOpenOption.READ};
    }

    /** Only the JDK's own package has it, and later compilers warn wherever a class of that is named. */
    private static OpenOption directOption() {
        try {
            final Object[] options =
                    Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants();
            return Stream.of(options)
                    .filter(option -> option.toString().equals("DIRECT"))
                    .map(OpenOption.class::cast)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no DIRECT among " + List.of(options)));
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("this JVM has no O_DIRECT for a FileChannel", e);
        }
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocateDirect(bytes + ALIGNMENT_BYTES)
                .alignedSlice(ALIGNMENT_BYTES)
                .slice(0, bytes);
    }
}
