// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The descriptors that this process has open, each as {@code number -> target}. A test compares what is open and was
 * not before, never the counts: what a test that ran before has left to the garbage collector (an HttpClient's
 * selector) may be closed at any time, and a number may be another's by then.
 */
public final class OpenDescriptors {
    /** In its own time: classes, and how much memory the host and its control group have. */
    private static final List<String> OPENED_BY_THE_JVM =
            List.of(".jar", System.getProperty("java.home"), "/sys/", "/proc/meminfo", "/proc/stat");

    private OpenDescriptors() {}

    /**
     * What is open now.
     *
     * @return a list of the caller's
     * @throws IOException if /proc cannot be read
     */
    public static List<String> now() throws IOException {
        final List<String> open = new ArrayList<>();
        for (final String number : new File("/proc/self/fd").list()) {
            try {
                final Path target = Files.readSymbolicLink(Path.of("/proc/self/fd", number));
                open.add(number + " -> " + target);
            } catch (NoSuchFileException e) {
                // Closed since it was listed, as that of the listing is.
            }
        }
        open.removeIf(line -> OPENED_BY_THE_JVM.stream().anyMatch(line::contains));
        return open;
    }

    /**
     * What is open and was not before; a duplicate that took another's place does not count.
     *
     * @param before as {@link #now} told it
     * @return empty if everything that was opened since has been closed
     * @throws IOException if /proc cannot be read
     */
    public static List<String> since(List<String> before) throws IOException {
        final List<String> opened = now();
        final List<String> gone = new ArrayList<>(before);
        gone.removeAll(opened);
        opened.removeAll(before);
        for (final String line : gone) {
            opened.stream()
                    .filter(other -> targetOf(other).equals(targetOf(line)))
                    .findFirst()
                    .ifPresent(opened::remove);
        }
        return opened;
    }

    private static String targetOf(String line) {
        return line.substring(line.indexOf(" -> "));
    }
}
