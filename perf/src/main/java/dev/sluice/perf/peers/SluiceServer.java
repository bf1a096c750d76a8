package dev.sluice.perf.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Sluice's own file server, from its runnable jar. */
public final class SluiceServer implements ServerKind {
    /** Name in reports and on the command line. */
    public static final String NAME = "sluice";

    private final Path jar;
    private final List<String> java;

    /**
     * A server from one jar.
     *
     * @param jar the samples' runnable jar
     * @param java JVM to run it with, and its options
     */
    public SluiceServer(Path jar, List<String> java) {
        this.jar = jar.toAbsolutePath();
        this.java = List.copyOf(java);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<String> command(Path root, int port, Path workDirectory) throws IOException {
        if (!Files.isReadable(jar)) {
            throw new IOException(jar + " is not there: build it, or name another with --server-jar");
        }
        final List<String> command = new ArrayList<>(java);
        command.addAll(List.of("-jar", jar.toString(), "serve", root.toString(), "--port", Integer.toString(port)));
        command.addAll(List.of("--bind", "127.0.0.1"));
        return command;
    }

    @Override
    public boolean answersCounters() {
        return true;
    }
}
