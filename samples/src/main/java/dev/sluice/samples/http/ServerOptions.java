package dev.sluice.samples.http;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What a {@link FileServer} serves, where, and within which limits.
 *
 * @param directory nothing outside of it is ever served
 * @param address to listen on, port 0 for any free one
 * @param classes of clients; who is in none of them is in the class {@code default}
 * @param maxConnections the most connections at a time, 0 for what the limit of open files allows
 * @param idleTimeout after which a connection without a request is closed
 * @param requestTimeout within which a request that was begun must be complete
 * @param responseTimeout within which a buffer of a response must be read from the disk, and accepted by the client
 * @param lingerTimeout how long the client's last bytes are awaited after the server has ended its side
 * @param drainTimeout how long responses under way may take when the server is stopped
 * @param openFileCache how many files are kept open by an {@link dev.sluice.aio.OpenFileCache}, and for each eight a name that
 *     does not exist; 0 opens each file for each request
 */
public record ServerOptions(
        Path directory,
        InetSocketAddress address,
        List<ClientClass> classes,
        int maxConnections,
        Duration idleTimeout,
        Duration requestTimeout,
        Duration responseTimeout,
        Duration lingerTimeout,
        Duration drainTimeout,
        int openFileCache) {
    private static final int MAX_OPEN_FILE_CACHE = 1 << 16;

    /**
     * Checks the values.
     *
     * @param directory see {@link #directory()}
     * @param address see {@link #address()}
     * @param classes see {@link #classes()}
     * @param maxConnections see {@link #maxConnections()}
     * @param idleTimeout see {@link #idleTimeout()}
     * @param requestTimeout see {@link #requestTimeout()}
     * @param responseTimeout see {@link #responseTimeout()}
     * @param lingerTimeout see {@link #lingerTimeout()}
     * @param drainTimeout see {@link #drainTimeout()}
     * @param openFileCache see {@link #openFileCache()}
     * @throws IllegalArgumentException if one is out of range, two classes have the same name, or a range is in two
     */
    public ServerOptions {
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(address, "address");
        classes = List.copyOf(classes);
        ClientClass.checkDistinct(classes);
        if (maxConnections < 0) {
            throw new IllegalArgumentException("maxConnections must not be negative: maxConnections=" + maxConnections);
        }
        checkPositive("idleTimeout", idleTimeout);
        checkPositive("requestTimeout", requestTimeout);
        checkPositive("responseTimeout", responseTimeout);
        checkPositive("lingerTimeout", lingerTimeout);
        checkPositive("drainTimeout", drainTimeout);
        if (openFileCache < 0 || openFileCache > MAX_OPEN_FILE_CACHE) {
            throw new IllegalArgumentException(
                    "openFileCache must be 0.." + MAX_OPEN_FILE_CACHE + ": openFileCache=" + openFileCache);
        }
    }

    private static void checkPositive(String name, Duration duration) {
        if (duration.isNegative() || duration.isZero() || duration.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(
                    name + " must be above zero and at most a day: " + name + "=" + duration);
        }
    }

    /**
     * The defaults: no classes, as many connections as there may be, 60 s idle, 10 s for a request, 30 s without progress,
     * 2 s to linger, 5 s to drain, no cache.
     *
     * @param directory see {@link #directory()}
     * @param address see {@link #address()}
     * @return the defaults
     */
    public static ServerOptions of(Path directory, InetSocketAddress address) {
        return new ServerOptions(
                directory,
                address,
                List.of(),
                0,
                Duration.ofSeconds(60),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(2),
                Duration.ofSeconds(5),
                0);
    }

    /**
     * Changes the classes of clients.
     *
     * @param newClasses see {@link #classes()}
     * @return changed options
     * @throws IllegalArgumentException if two classes have the same name, or a range is in two
     */
    public ServerOptions withClasses(List<ClientClass> newClasses) {
        return new ServerOptions(
                directory,
                address,
                newClasses,
                maxConnections,
                idleTimeout,
                requestTimeout,
                responseTimeout,
                lingerTimeout,
                drainTimeout,
                openFileCache);
    }

    /**
     * Changes the cache of open files.
     *
     * @param entries see {@link #openFileCache()}
     * @return changed options
     * @throws IllegalArgumentException if it is out of range
     */
    public ServerOptions withOpenFileCache(int entries) {
        return new ServerOptions(
                directory,
                address,
                classes,
                maxConnections,
                idleTimeout,
                requestTimeout,
                responseTimeout,
                lingerTimeout,
                drainTimeout,
                entries);
    }
}
