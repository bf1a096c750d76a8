// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What calls cost that no disk is needed for, so many at a time. */
public final class CachedCallsFork {
    /** Bytes of a read. */
    static final int READ_BYTES = 4096;
    /** Reads go through so many blocks of the file. */
    static final int BLOCKS = 256;

    private static final int SLICES = 20;
    private static final int CALLS_A_LOOK = 64;

    private CachedCallsFork() {}

    /** A way to call. */
    interface Calls extends AutoCloseable {
        /** Reads blocks. */
        void read(int batch) throws IOException;

        /** Opens and closes the file. */
        void open(int batch) throws IOException;

        /** Asks for the file's status. */
        void stat(int batch) throws IOException;

        @Override
        void close() throws IOException;
    }

    /** One of the calls. */
    @FunctionalInterface
    private interface Call {
        void run(int batch) throws IOException;
    }

    /**
     * Measures and prints {@code CALL-BATCH} for read, open and stat: nanoseconds a call, the median of 20 slices.
     *
     * @param arguments kind (sluice, jdk), file of at least a MiB, warm-up and window in ms, then every batch
     * @throws IOException if a call fails
     */
    public static void main(String[] arguments) throws IOException {
        final Path file = Path.of(arguments[1]);
        final long warmUpNs = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(arguments[2]));
        final long windowNs = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(arguments[3]));
        final List<Integer> batches =
                Stream.of(arguments).skip(4).map(Integer::valueOf).toList();
        try (Calls calls = arguments[0].equals("sluice") ? new RingCalls(file) : new JdkCalls(file)) {
            measure("read", calls::read, batches, warmUpNs, windowNs);
            measure("open", calls::open, batches, warmUpNs, windowNs);
            measure("stat", calls::stat, batches, warmUpNs, windowNs);
        }
    }

    private static void measure(String name, Call call, List<Integer> batches, long warmUpNs, long windowNs)
            throws IOException {
        for (int batch : batches) {
            run(call, batch, warmUpNs);
        }
        for (int batch : batches) {
            final double[] tookNs = new double[SLICES];
            for (int slice = 0; slice < SLICES; slice++) {
                tookNs[slice] = run(call, batch, windowNs / SLICES);
            }
            Slices.print(name + "-" + batch, tookNs);
        }
    }

    /** Returns nanoseconds a call. */
    private static double run(Call call, int batch, long durationNs) throws IOException {
        final long startNs = System.nanoTime();
        long count = 0;
        long tookNs;
        do {
            for (int i = 0; i < CALLS_A_LOOK; i += batch) {
                call.run(batch);
                count += batch;
            }
            tookNs = System.nanoTime() - startNs;
        } while (tookNs < durationNs);
        return (double) tookNs / count;
    }
}
