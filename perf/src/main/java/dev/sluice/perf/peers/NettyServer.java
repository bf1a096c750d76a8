// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.peers;

import io.netty.util.Version;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@link NettyFileServer} in a JVM of its own, from the class path of this one. */
public final class NettyServer implements ServerKind {
    private final String name;
    private final List<String> java;
    private final List<String> transport;

    private NettyServer(String name, List<String> java, List<String> transport) {
        this.name = name;
        this.java = List.copyOf(java);
        this.transport = transport;
    }

    /**
     * A server on epoll.
     *
     * @param java JVM to run it with, and its options
     * @return the server
     */
    public static NettyServer epoll(List<String> java) {
        return new NettyServer("netty", java, List.of());
    }

    /**
     * A server on Netty's io_uring transport.
     *
     * @param java JVM to run it with, and its options
     * @return the server
     */
    public static NettyServer ioUring(List<String> java) {
        return new NettyServer("netty-io_uring", java, List.of(NettyFileServer.IO_URING));
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
        return name;
    }

    @Override
    public List<String> command(Path root, InetSocketAddress address, Path workDirectory) {
        final List<String> command = new ArrayList<>(java);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), NettyFileServer.class.getName()));
        command.addAll(
                List.of(root.toString(), address.getAddress().getHostAddress(), Integer.toString(address.getPort())));
        command.addAll(transport);
        return command;
    }
}
