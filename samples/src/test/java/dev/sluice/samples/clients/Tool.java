// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A program of somebody else, run to its end in a directory that is its home too: nothing that the user has set reaches it. */
final class Tool {
    private static final int PATIENCE_SECONDS = 60;
    private static final String PATH = System.getenv("PATH");

    private final String name;
    private final Path directory;
    private final Map<String, String> environment = new TreeMap<>();

    private Tool(String name, Path directory) {
        this.name = name;
        this.directory = directory;
        final String home = directory.toString();
        with("PATH", PATH).with("HOME", home).with("TMPDIR", home).with("LC_ALL", "C.UTF-8");
    }

    /** Skips the test if it is not there. */
    static Tool needed(String name, Path directory) throws IOException {
        assumeTrue(isThere(name), "needs " + name);
        return new Tool(name, Files.createDirectories(directory));
    }

    /** A snap does not count: it sees no directories of tests. */
    private static boolean isThere(String name) throws IOException {
        for (final String place : PATH.split(":", -1)) {
            final Path program = Path.of(place, name);
            if (Files.isExecutable(program) && !program.toRealPath().endsWith("snap")) {
                return true;
            }
        }
        return false;
    }

    Tool with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Waits until it has ended well, and returns what it said on both streams. */
    String run(Object... arguments) throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>(List.of(name));
        for (final Object argument : arguments) {
            command.add(argument.toString());
        }
        final Path output = Files.createTempFile("sluice-" + name, ".log");
        final ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        final Process process = builder.start();
        try {
            final boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            final String said = Files.readString(output, StandardCharsets.ISO_8859_1);
            assertThat(ended).as("%s ends; it said: %s", command, said).isTrue();
            assertThat(process.exitValue()).as("%s; it said: %s", command, said).isZero();
            return said;
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            Files.delete(output);
        }
    }
}
