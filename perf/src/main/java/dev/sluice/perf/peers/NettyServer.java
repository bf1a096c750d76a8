package dev.sluice.perf.peers;

import io.netty.util.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@link NettyFileServer} in a JVM of its own, from the class path of this one. */
public final class NettyServer implements ServerKind {
    private final List<String> java;

    /**
     * A server on one JVM.
     *
     * @param java JVM to run it with, and its options
     */
    public NettyServer(List<String> java) {
        this.java = List.copyOf(java);
    }

    /**
     * Which Netty is on the class path.
     *
     * @return name and version
     */
    public static String version() {
        return "netty/" + Version.identify().get("netty-transport").artifactVersion();
    }

    @Override
    public String name() {
        return "netty";
    }

    @Override
    public List<String> command(Path root, int port, Path workDirectory) {
        final List<String> command = new ArrayList<>(java);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), NettyFileServer.class.getName()));
        command.addAll(List.of(root.toString(), Integer.toString(port)));
        return command;
    }
}
