// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.peers;

import dev.sluice.perf.host.Commands;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * A responder in C that asks the kernel for the same steps as Sluice and does nothing else, no HTTP above all: the floor
 * under every server on this ring. Compiled when it is started; its source says what it can serve.
 */
public final class BareResponder implements ServerKind {
    /** Name in reports and on the command line. */
    public static final String NAME = "bare-c";

    /** What the name stands for. */
    public static final String TITLE = "bare C responder (no HTTP)";

    private static final String SOURCE = "bare-responder.c";

    /** The responder, as it can be compiled here. */
    public BareResponder() {}

    /**
     * What this machine lacks to compile it.
     *
     * @return one sentence, with what helps; empty when all is there
     */
    public static Optional<String> missing() {
        final Optional<Path> gcc = Commands.find("gcc");
        if (gcc.isEmpty()) {
            return Optional.of("gcc is not installed");
        }
        try {
            Commands.run(gcc.get().toString(), "-fsyntax-only", "-x", "c", "-include", "liburing.h", "/dev/null");
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("liburing-dev is not installed: " + e.getMessage());
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<String> command(Path root, int port, Path workDirectory) throws IOException {
        final Path source = workDirectory.resolve(SOURCE);
        try (InputStream resource = BareResponder.class.getResourceAsStream(SOURCE)) {
            Files.copy(resource, source, StandardCopyOption.REPLACE_EXISTING);
        }
        final Path program = workDirectory.resolve("bare-responder");
        Commands.run(Commands.require("gcc"), "-O2", "-o", program.toString(), source.toString(), "-luring");
        return List.of(program.toString(), root.toString(), Integer.toString(port));
    }
}
