// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Random reads of a file, some of them at a time, by one of several ways. */
public final class ReadsFork {
    private ReadsFork() {}

    /** A way to read. */
    @FunctionalInterface
    interface Reader {
        /** Keeps {@code depth} reads under way until the load is over. */
        void read(Path file, boolean direct, int readBytes, int depth, ReadLoad load) throws IOException;
    }

    /**
     * Measures and prints {@code iops}, and in microseconds {@code cpu} of the process for a read, {@code p50} and
     * {@code p99} of the time of a read.
     *
     * @param arguments kind (sluice, file-channel, async-file-channel, virtual-threads), file, direct or buffered,
     *     bytes of a read, reads at a time, warm-up and window in ms
     * @throws IOException if a read fails
     */
    public static void main(String[] arguments) throws IOException {
        final Path file = Path.of(arguments[1]);
        final int readBytes = Integer.parseInt(arguments[3]);
        final Reader reader = reader(arguments[0]);
        final ReadLoad load =
                new ReadLoad(Files.size(file), readBytes, Long.parseLong(arguments[5]), Long.parseLong(arguments[6]));
        reader.read(file, arguments[2].equals("direct"), readBytes, Integer.parseInt(arguments[4]), load);
        load.print();
    }

    private static Reader reader(String kind) {
        return switch (kind) {
            case "sluice" -> RingReads::read;
            case "file-channel" -> ChannelReads::oneThread;
            case "virtual-threads" -> ChannelReads::virtualThreads;
            case "async-file-channel" -> ChannelReads::asynchronous;
            default -> throw new IllegalArgumentException("no such kind: " + kind);
        };
    }
}
