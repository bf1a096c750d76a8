// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import java.io.IOException;
import java.nio.file.Path;

/** How many hot pages of a file are read a second, alone and beside readers of its cold pages. */
public final class MixedFork {
    private MixedFork() {}

    /** A way to read. */
    @FunctionalInterface
    private interface Way {
        /** Reads until the load is over. */
        void read(Path file, MixedLoad load) throws IOException;
    }

    /**
     * Measures and prints reads a second: {@code alone} and {@code beside}, of hot pages, {@code kept}, the second over the first, and
     * {@code cold}, of cold ones meanwhile.
     *
     * @param arguments kind (sluice, file-channel, async-file-channel), file, its chunks, hot readers, cold readers, hot reads a second or 0
     *     for as many as there can be, warm-up and window in ms
     * @throws IOException if a read fails
     */
    public static void main(String[] arguments) throws IOException {
        final Path file = Path.of(arguments[1]);
        final MixedLoad load = new MixedLoad(
                Integer.parseInt(arguments[2]),
                Integer.parseInt(arguments[3]),
                Integer.parseInt(arguments[4]),
                Long.parseLong(arguments[5]));
        final Way way = way(arguments[0]);
        final Thread reads = new Thread(
                () -> {
                    try {
                        way.read(file, load);
                    } catch (IOException | RuntimeException e) {
                        load.failed(e);
                    }
                },
                "reads");
        reads.setDaemon(true); // a failure ends the process
        reads.start();
        try {
            load.measure(Long.parseLong(arguments[6]), Long.parseLong(arguments[7]));
            reads.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static Way way(String kind) {
        return switch (kind) {
            case "sluice" -> RingMixed::read;
            case "file-channel" -> ChannelMixed::threads;
            case "async-file-channel" -> ChannelMixed::asynchronous;
            default -> throw new IllegalArgumentException("no such kind: " + kind);
        };
    }
}
