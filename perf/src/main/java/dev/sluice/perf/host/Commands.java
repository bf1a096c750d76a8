// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Short external commands, run to their end. */
public final class Commands {
    private static final long TIMEOUT_S = 120;

    private Commands() {}

    /**
     * Runs a command and returns what it printed.
     *
     * @param command program and arguments
     * @return standard output and standard error, stripped
     * @throws IOException if it cannot be started, exits with another status than 0, or takes longer than two minutes
     */
    public static String run(String... command) throws IOException {
        final Path output = Files.createTempFile("sluice-perf-", ".out");
        try {
            final Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(String.join(" ", command) + " did not end within " + TIMEOUT_S + " s");
            }
            final String text = Files.readString(output, UTF_8).strip();
            if (process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + " exited with " + process.exitValue() + ": " + text);
            }
            return text;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while running " + String.join(" ", command), e);
        } finally {
            Files.delete(output);
        }
    }

    /**
     * Looks a program up as a root shell would.
     *
     * @param program name without a path
     * @return where it is, or empty
     */
    public static Optional<Path> find(String program) {
        final String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin";
        return List.of(path.split(File.pathSeparator, -1)).stream()
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Like {@link #find}, for a program that is needed.
     *
     * @param program name without a path
     * @return its absolute path
     * @throws IOException if it is not installed
     */
    public static String require(String program) throws IOException {
        return find(program)
                .orElseThrow(() -> new IOException(program + " is not installed"))
                .toString();
    }
}
