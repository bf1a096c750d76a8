// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.peers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Sluice's own file server, from its runnable jar. */
public final class SluiceServer implements ServerKind {
    /** Name in reports and on the command line. */
    public static final String NAME = "sluice";

    /** Name of the one that opens each file for each request. */
    public static final String OPENED = "sluice-opened";

    /** Name of the one that keeps files open, and no contents. */
    public static final String KEPT = "sluice-kept";

    private final String name;
    private final Path jar;
    private final List<String> java;
    private final List<String> options;

    private SluiceServer(String name, Path jar, List<String> java, List<String> options) {
        this.name = name;
        this.jar = jar.toAbsolutePath();
        this.java = List.copyOf(java);
        this.options = options;
    }

    /**
     * A server from one jar, as it comes: it keeps files open, and contents of small ones.
     *
     * @param jar the samples' runnable jar
     * @param java JVM to run it with, and its options
     */
    public SluiceServer(Path jar, List<String> java) {
        this(NAME, jar, java, List.of());
    }

    /**
     * A server that opens each file for each request.
     *
     * @param jar the samples' runnable jar
     * @param java JVM to run it with, and its options
     * @return the server
     */
    public static SluiceServer opened(Path jar, List<String> java) {
        return new SluiceServer(OPENED, jar, java, List.of("--open-file-cache", "0"));
    }

    /**
     * A server that keeps files open, and reads them for each request.
     *
     * @param jar the samples' runnable jar
     * @param java JVM to run it with, and its options
     * @return the server
     */
    public static SluiceServer kept(Path jar, List<String> java) {
        return new SluiceServer(KEPT, jar, java, List.of("--memory-tier", "0"));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<String> command(Path root, InetSocketAddress address, Path workDirectory) throws IOException {
        if (!Files.isReadable(jar)) {
            throw new IOException(jar + " is not there: build it, or name another with --server-jar");
        }
        final List<String> command = new ArrayList<>(java);
        command.addAll(List.of("-jar", jar.toString(), "serve", root.toString()));
        command.addAll(List.of("--port", Integer.toString(address.getPort())));
        command.addAll(List.of("--bind", address.getAddress().getHostAddress()));
        command.addAll(options);
        return command;
    }

    @Override
    public boolean answersCounters() {
        return true;
    }
}
