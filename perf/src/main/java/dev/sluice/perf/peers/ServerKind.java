// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.peers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A server that can be started on a directory. */
public interface ServerKind {

    /**
     * Name in reports and on the command line.
     *
     * @return short name
     */
    String name();

    /**
     * The program and its arguments; it must stay in the foreground and end on SIGTERM.
     *
     * @param root directory to serve
     * @param address numeric IPv4 address and port to listen on
     * @param workDirectory existing directory for what the server itself needs
     * @return the command
     * @throws IOException if a file it needs cannot be written, or the program is not there
     */
    List<String> command(Path root, InetSocketAddress address, Path workDirectory) throws IOException;

    /**
     * What this machine lacks to run it, for a peer that may be left out.
     *
     * @return one sentence, with what helps; empty when all is there
     */
    default Optional<String> missing() {
        return Optional.empty();
    }

    /**
     * Whether the line {@code counters} on standard input is answered by one line of counters.
     *
     * @return true if it is
     */
    default boolean answersCounters() {
        return false;
    }
}
