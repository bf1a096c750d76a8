// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.peers;

import dev.sluice.perf.host.Commands;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * A responder in C that asks the kernel for the same steps as Sluice in one of its states and does nothing else, no HTTP above
 * all: the floor under every server on this ring. Compiled when it is started; its source says what it can serve.
 */
public final class BareResponder implements ServerKind {
    /** Name of the one that opens the file for each request, in reports and on the command line. */
    public static final String OPENED = "bare-c";

    /** Name of the one that keeps the file open, and reads it for each request. */
    public static final String KEPT = "bare-c-kept";

    /** Name of the one that has its reply in memory. */
    public static final String MEMORY = "bare-c-memory";

    /** What the names stand for. */
    public static final String TITLE = "bare C responder (no HTTP)";

    private static final String SOURCE = "bare-responder.c";

    private final String name;
    private final String state;

    private BareResponder(String name, String state) {
        this.name = name;
        this.state = state;
    }

    /**
     * The floor of a server that opens the file for each request.
     *
     * @return the responder
     */
    public static BareResponder opened() {
        return new BareResponder(OPENED, "opened");
    }

    /**
     * The floor of a server that keeps the file open, looks at it and reads it for each request.
     *
     * @return the responder
     */
    public static BareResponder kept() {
        return new BareResponder(KEPT, "kept");
    }

    /**
     * The floor of a server that has the reply in memory, and looks at the file for each request.
     *
     * @return the responder
     */
    public static BareResponder memory() {
        return new BareResponder(MEMORY, "memory");
    }

    @Override
    public Optional<String> missing() {
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
        return name;
    }

    @Override
    public List<String> command(Path root, InetSocketAddress address, Path workDirectory) throws IOException {
        final Path source = workDirectory.resolve(SOURCE);
        try (InputStream resource = BareResponder.class.getResourceAsStream(SOURCE)) {
            Files.copy(resource, source, StandardCopyOption.REPLACE_EXISTING);
        }
        final Path program = workDirectory.resolve("bare-responder");
        Commands.run(Commands.require("gcc"), "-O2", "-o", program.toString(), source.toString(), "-luring");
        return List.of(
                program.toString(),
                root.toString(),
                address.getAddress().getHostAddress(),
                Integer.toString(address.getPort()),
                state);
    }
}
