// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.host;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;

/** Between the servers and the load: loopback, or a pair of virtual Ethernet devices. */
public interface Network extends AutoCloseable {

    /**
     * The one of 127.0.0.1. Whoever sends does the receiver's part of TCP, too, on his own CPU.
     *
     * @return the network; it needs no close
     */
    static Network loopback() {
        return new Network() {
            @Override
            public InetSocketAddress freeAddress() throws IOException {
                final InetAddress host =
                        InetAddress.getByAddress(new byte[] {127, 0, 0, 1}); // whatever the JVM prefers
                try (ServerSocket socket = new ServerSocket(0, 1, host)) {
                    return new InetSocketAddress(host, socket.getLocalPort());
                }
            }

            @Override
            public List<String> enterAndExec() {
                return List.of();
            }

            @Override
            public void close() {}
        };
    }

    /**
     * Where one more server can listen.
     *
     * @return numeric IPv4 address and a port that nobody has
     * @throws IOException if there is none
     */
    InetSocketAddress freeAddress() throws IOException;

    /**
     * What goes before a server's command so that it runs where it can listen there.
     *
     * @return the first words of a command line; none where that is here
     */
    List<String> enterAndExec();

    /**
     * Removes it; the servers in it have ended.
     *
     * @throws IOException if that fails
     */
    @Override
    void close() throws IOException;
}
