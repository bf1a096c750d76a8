// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The inputs that are kept of each fuzz target: those it began with, and what the fuzzer found that reached something new. One file for
 * a target, one input for a line, Base64.
 */
final class FuzzCorpus {
    private static final Path ALL = Path.of("src", "test", "resources", "fuzz");

    private FuzzCorpus() {}

    /** Returns the inputs of a target. */
    static List<byte[]> of(String target) {
        try (Stream<String> lines = Files.lines(ALL.resolve(target + ".txt"))) {
            return lines.map(Base64.getDecoder()::decode).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the corpus of " + target + " cannot be read; the tests run in their module", e);
        }
    }

    /** Writes a file for each input, as the fuzzer wants them. */
    static void unpack(List<byte[]> inputs, Path directory) throws IOException {
        Files.createDirectories(directory);
        for (int i = 0; i < inputs.size(); i++) {
            Files.write(directory.resolve(Integer.toString(i)), inputs.get(i));
        }
    }

    /** Writes a line for each file, as they are kept. */
    static void pack(Path directory, Path file) throws IOException {
        try (Stream<Path> inputs = Files.list(directory)) {
            final List<String> lines = inputs.map(FuzzCorpus::line)
                    .filter(line -> !line.isEmpty())
                    .sorted(Comparator.comparing(String::length).thenComparing(Comparator.naturalOrder()))
                    .toList();
            Files.write(file, lines);
        }
    }

    private static String line(Path input) {
        try {
            return Base64.getEncoder().encodeToString(Files.readAllBytes(input));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
