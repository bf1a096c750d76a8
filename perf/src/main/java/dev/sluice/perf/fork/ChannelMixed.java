// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** The JDK: its channels, with a thread for each reader or with threads of their own. */
final class ChannelMixed {
    private static final long LOOK_NS = 1_000_000L;

    private ChannelMixed() {}

    static void threads(Path path, MixedLoad load) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            final List<Thread> threads = readers(load)
                    .map(reader -> new Thread(() -> readUntilOver(channel, reader, load), "reader"))
                    .toList();
            threads.forEach(Thread::start);
            for (final Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static Stream<MixedLoad.Reader> readers(MixedLoad load) {
        return Stream.concat(Stream.of(load.readers(true)), Stream.of(load.readers(false)));
    }

    private static void readUntilOver(FileChannel channel, MixedLoad.Reader reader, MixedLoad load) {
        final ByteBuffer buffer = ByteBuffer.allocateDirect(MixedLoad.PAGE);
        try {
            while (!reader.hot && !load.coldMayRead()) {
                LockSupport.parkNanos(LOOK_NS);
            }
            while (!load.isOver()) {
                final long untilDueNs = load.isPaced() && reader.hot ? reader.dueNs - System.nanoTime() : 0L;
                if (untilDueNs > 0L) {
                    LockSupport.parkNanos(untilDueNs);
                } else {
                    load.ended(reader, channel.read(buffer.clear(), load.position(reader)));
                }
            }
        } catch (IOException | RuntimeException e) {
            load.failed(e);
        }
    }

    static void asynchronous(Path path, MixedLoad load) throws IOException {
        try (AsynchronousFileChannel channel = AsynchronousFileChannel.open(path, StandardOpenOption.READ)) {
            final List<Chain> chains = new ArrayList<>();
            readers(load).forEach(reader -> chains.add(new Chain(channel, reader, load)));
            chains.forEach(Chain::startWhenDue);
            chains.forEach(chain -> chain.end.join());
        }
    }

    /** The reads of one reader, each started where the one before it ended, or by a timer. */
    private static final class Chain implements CompletionHandler<Integer, Void> {
        private final CompletableFuture<Void> end = new CompletableFuture<>();
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(MixedLoad.PAGE);
        private final AsynchronousFileChannel channel;
        private final MixedLoad.Reader reader;
        private final MixedLoad load;

        Chain(AsynchronousFileChannel channel, MixedLoad.Reader reader, MixedLoad load) {
            this.channel = channel;
            this.reader = reader;
            this.load = load;
        }

        private void startWhenDue() {
            if (load.isOver()) {
                end.complete(null);
                return;
            }
            final boolean mayRead = reader.hot || load.coldMayRead();
            final long untilDueNs =
                    !mayRead ? LOOK_NS : load.isPaced() && reader.hot ? reader.dueNs - System.nanoTime() : 0L;
            if (untilDueNs > 0L) {
                CompletableFuture.delayedExecutor(untilDueNs, TimeUnit.NANOSECONDS, Runnable::run)
                        .execute(this::startWhenDue);
            } else {
                channel.read(buffer.clear(), load.position(reader), null, this);
            }
        }

        @Override
        public void completed(Integer bytes, Void attachment) {
            try {
                load.ended(reader, bytes);
                startWhenDue();
            } catch (RuntimeException e) {
                failed(e, null);
            }
        }

        @Override
        public void failed(Throwable cause, Void attachment) {
            load.failed(cause);
            end.complete(null);
        }
    }
}
