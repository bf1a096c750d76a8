// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.peers;

import dev.sluice.perf.host.Commands;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * nginx with one worker and sendfile; every request opens its file, unless they are kept open. With {@code tcp_nopush}
 * header and file leave in one segment; it is nginx's better setting here, and Debian's, not its default.
 *
 * @see <a href="https://nginx.org/en/docs/http/ngx_http_core_module.html#aio">the aio directive</a>
 */
public final class NginxServer implements ServerKind {
    /** Name of the one that opens each file for each request. */
    public static final String NAME = "nginx";

    /** Name of the one that keeps files open. */
    public static final String CACHED = "nginx-cached";

    /** Name of the one without {@code tcp_nopush}. */
    public static final String DEFAULTS = "nginx-defaults";

    /** Name of the one without {@code tcp_nopush} that keeps files open. */
    public static final String DEFAULTS_CACHED = "nginx-defaults-cached";

    private static final String OPEN_EACH_TIME = "aio off; open_file_cache off;";
    private static final int FILES_KEPT_OPEN = 1024;
    private static final String NOPUSH = "tcp_nopush on; ";

    private final String name;
    private final String directives;

    private NginxServer(String name, String directives) {
        this.name = name;
        this.directives = directives;
    }

    /**
     * Reads files on the worker itself, its default.
     *
     * @return the server
     */
    public static NginxServer aioOff() {
        return new NginxServer(NAME, NOPUSH + OPEN_EACH_TIME);
    }

    /**
     * Sends files from a pool of 32 threads, its default size.
     *
     * @return the server
     */
    public static NginxServer aioThreads() {
        return new NginxServer("nginx-threads", NOPUSH + "aio threads; open_file_cache off;");
    }

    /**
     * Keeps files open, and looks at each of them anew every 60 s, its default.
     *
     * @return the server
     * @see <a href="https://nginx.org/en/docs/http/ngx_http_core_module.html#open_file_cache">open_file_cache</a>
     */
    public static NginxServer cached() {
        return cached(FILES_KEPT_OPEN);
    }

    /**
     * As {@link #cached()}, for a site of many files.
     *
     * @param files how many it keeps open
     * @return the server
     */
    public static NginxServer cached(int files) {
        return new NginxServer(CACHED, NOPUSH + keepOpen(files));
    }

    /**
     * As {@link #aioOff()}, but with all that does not have to be said left at nginx's defaults.
     *
     * @return the server
     */
    public static NginxServer defaults() {
        return new NginxServer(DEFAULTS, OPEN_EACH_TIME);
    }

    /**
     * As {@link #cached()}, but with all that does not have to be said left at nginx's defaults.
     *
     * @return the server
     */
    public static NginxServer defaultsCached() {
        return new NginxServer(DEFAULTS_CACHED, keepOpen(FILES_KEPT_OPEN));
    }

    private static String keepOpen(int files) {
        return "aio off; open_file_cache max=" + files + " inactive=60s;";
    }

    /**
     * Which nginx is installed.
     *
     * @return name and version
     * @throws IOException if there is none
     */
    public static String version() throws IOException {
        return Commands.run(Commands.require("nginx"), "-v").replaceFirst("^nginx version: ", "");
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<String> command(Path root, InetSocketAddress address, Path workDirectory) throws IOException {
        final Path configuration = workDirectory.resolve("nginx.conf");
        Files.writeString(configuration, configuration(root, address));
        return List.of(
                Commands.require("nginx"),
                "-e",
                "stderr",
                "-p",
                workDirectory.toString(),
                "-c",
                configuration.toString());
    }

    private String configuration(Path root, InetSocketAddress address) {
        return """
                daemon off;
                worker_processes 1;
                user root;
                pid nginx.pid;
                error_log stderr warn;
                worker_rlimit_nofile 20000;
                events { worker_connections 4096; }
                http {
                    access_log off;
                    sendfile on;
                    %s
                    keepalive_requests 1000000000;
                    keepalive_timeout 3600s;
                    client_body_temp_path body;
                    proxy_temp_path proxy;
                    fastcgi_temp_path fastcgi;
                    uwsgi_temp_path uwsgi;
                    scgi_temp_path scgi;
                    types { text/html html; text/plain txt; }
                    default_type application/octet-stream;
                    server {
                        listen %s:%d backlog=4096;
                        root "%s";
                    }
                }
                """.formatted(directives, address.getAddress().getHostAddress(), address.getPort(), root);
    }
}
