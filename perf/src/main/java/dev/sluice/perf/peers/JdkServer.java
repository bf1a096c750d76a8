// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.peers;

import dev.sluice.perf.host.JavaCommand;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@link JdkFileServer} in a JVM of its own, from the class path of this one. */
public final class JdkServer implements ServerKind {
    private static final int VIRTUAL_THREADS_SINCE = 21;

    private final List<String> java;

    /**
     * A server on one JVM.
     *
     * @param java JVM to run it with, of JDK 21 or later, and its options
     */
    public JdkServer(List<String> java) {
        this.java = List.copyOf(java);
    }

    @Override
    public String name() {
        return "jdk-httpserver";
    }

    @Override
    public Optional<String> missing() {
        try {
            final int feature = JavaCommand.feature(java);
            return feature >= VIRTUAL_THREADS_SINCE
                    ? Optional.empty()
                    : Optional.of("its virtual threads need JDK 21, --java21 names JDK " + feature);
        } catch (IOException e) {
            return Optional.of(e.getMessage());
        }
    }

    /** Without the properties it answers after 40 ms, has 200 idle connections, and closes what rests for half a minute. */
    @Override
    public List<String> command(Path root, InetSocketAddress address, Path workDirectory) {
        final List<String> command = new ArrayList<>(java);
        command.addAll(List.of(
                "-Dsun.net.httpserver.nodelay=true",
                "-Dsun.net.httpserver.maxIdleConnections=4096",
                "-Dsun.net.httpserver.idleInterval=3600"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), JdkFileServer.class.getName()));
        command.addAll(
                List.of(root.toString(), address.getAddress().getHostAddress(), Integer.toString(address.getPort())));
        return command;
    }
}
