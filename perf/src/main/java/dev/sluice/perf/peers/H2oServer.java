// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.peers;

import dev.sluice.perf.host.Commands;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * h2o with one thread. It keeps a file open only for those who ask for it in the same turn of its loop, and copies through its memory.
 *
 * @see <a href="https://h2o.examp1e.net/configure/file_directives.html">file directives</a>
 */
public final class H2oServer implements ServerKind {
    /** The server as it is installed here. */
    public H2oServer() {}

    @Override
    public String name() {
        return "h2o";
    }

    @Override
    public Optional<String> missing() {
        return Commands.find("h2o").isPresent()
                ? Optional.empty()
                : Optional.of("h2o is not installed: apt-get install h2o");
    }

    @Override
    public List<String> command(Path root, InetSocketAddress address, Path workDirectory) throws IOException {
        final Path configuration = workDirectory.resolve("h2o.conf");
        Files.writeString(configuration, """
                user: root
                num-threads: 1
                max-connections: 4096
                http1-request-timeout: 3600
                listen:
                  host: %s
                  port: %d
                hosts:
                  default:
                    paths:
                      /:
                        file.dir: "%s"
                """.formatted(address.getAddress().getHostAddress(), address.getPort(), root));
        return List.of(Commands.require("h2o"), "-m", "worker", "-c", configuration.toString());
    }
}
