// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import dev.sluice.perf.host.Polling;
import dev.sluice.perf.report.Measurements;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/** The files of a site: log-normal sizes, a hundred directories. The same ones each time, but for when they were made. */
final class WebCorpus {
    static final int MIN_BYTES = 512;

    private static final long SEED = 4711;
    private static final double MEDIAN_BYTES = 16 * 1024;
    private static final double SIGMA = 1.7;
    private static final int FILES_A_DIRECTORY = 200;
    /** Longer than the second that a Last-Modified tells; a server may not vouch for what is younger. */
    private static final Duration SETTLED = Duration.ofSeconds(2);

    private static final long SETTLED_WITHIN_MS = 60_000;
    private static final String[] ENDINGS = {"html", "css", "js", "jpg", "png", "bin"};

    private final int[] lengths;
    private final Instant[] modified;
    private final byte[] noise;

    WebCorpus(int files, int maxFileBytes) {
        final Random random = new Random(SEED);
        lengths = new int[files];
        for (int i = 0; i < files; i++) {
            final double bytes = MEDIAN_BYTES * Math.exp(SIGMA * random.nextGaussian());
            lengths[i] = (int) Math.max(MIN_BYTES, Math.min(maxFileBytes, bytes));
        }
        modified = new Instant[files];
        noise = new byte[2 * maxFileBytes];
        random.nextBytes(noise);
    }

    /**
     * All of them, which leaves them in the page cache; and waits until what their times say is believed. Times that were set back would not be:
     * the file may have had other contents then.
     */
    void write(Path root) throws IOException {
        for (int i = 0; i < lengths.length; i++) {
            final Path file = root.resolve(path(i).substring(1));
            if (i % FILES_A_DIRECTORY == 0) {
                Files.createDirectories(file.getParent());
            }
            Files.write(file, content(i));
            modified[i] = Files.getLastModifiedTime(file).toInstant();
        }
        final Instant youngest = Instant.now();
        Polling.until(
                "the files are some seconds old",
                SETTLED_WITHIN_MS,
                () -> Instant.now().isAfter(youngest.plus(SETTLED)));
    }

    int count() {
        return lengths.length;
    }

    int length(int index) {
        return lengths[index];
    }

    String path(int index) {
        return String.format(
                Locale.ROOT, "/%03d/%05d.%s", index / FILES_A_DIRECTORY, index, ENDINGS[index % ENDINGS.length]);
    }

    /** Of one that was written. */
    Instant modified(int index) {
        return modified[index];
    }

    byte[] content(int index) {
        final int from = (int) (index * 4099L % (noise.length / 2));
        return Arrays.copyOfRange(noise, from, from + lengths[index]);
    }

    String describe() {
        final long bytes = Arrays.stream(lengths).asLongStream().sum();
        final double median = Measurements.median(
                Arrays.stream(lengths).asDoubleStream().boxed().toList());
        return String.format(
                Locale.ROOT,
                "%,d of %d B to %,d KiB, log-normal, median %.0f KiB, in all %,d MiB",
                lengths.length,
                Arrays.stream(lengths).min().orElseThrow(),
                Arrays.stream(lengths).max().orElseThrow() / 1024,
                median / 1024,
                bytes >> 20);
    }
}
