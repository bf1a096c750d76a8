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
 * Caddy with its file server, without what it does beside: no administration, no TLS. It opens the file for each request and sends it by
 * sendfile.
 *
 * @see <a href="https://caddyserver.com/docs/caddyfile/directives/file_server">file_server</a>
 */
public final class CaddyServer implements ServerKind {
    /** The server as it is installed here. */
    public CaddyServer() {}

    @Override
    public String name() {
        return "caddy";
    }

    @Override
    public Optional<String> missing() {
        return Commands.find("caddy").isPresent()
                ? Optional.empty()
                : Optional.of("caddy is not installed: apt-get install caddy");
    }

    @Override
    public List<String> command(Path root, InetSocketAddress address, Path workDirectory) throws IOException {
        final Path configuration = workDirectory.resolve("Caddyfile");
        Files.writeString(configuration, """
                {
                	admin off
                	auto_https off
                	servers {
                		timeouts {
                			idle 1h
                		}
                	}
                }
                http://:%d {
                	bind %s
                	root * "%s"
                	file_server
                }
                """.formatted(
                        address.getPort(), address.getAddress().getHostAddress(), root));
        return List.of(
                "env",
                "HOME=" + workDirectory,
                "XDG_CONFIG_HOME=" + workDirectory,
                "XDG_DATA_HOME=" + workDirectory,
                Commands.require("caddy"),
                "run",
                "--config",
                configuration.toString(),
                "--adapter",
                "caddyfile");
    }
}
