// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

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
     * @param port port to listen on, on 127.0.0.1
     * @param workDirectory existing directory for what the server itself needs
     * @return the command
     * @throws IOException if a file it needs cannot be written, or the program is not there
     */
    List<String> command(Path root, int port, Path workDirectory) throws IOException;

    /**
     * Whether the line {@code counters} on standard input is answered by one line of counters.
     *
     * @return true if it is
     */
    default boolean answersCounters() {
        return false;
    }
}
