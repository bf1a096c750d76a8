// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import dev.sluice.samples.http.HttpTimeouts;
import dev.sluice.samples.net.ClientClass;
import dev.sluice.samples.net.Trust;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** What a {@link FileServer} serves, where, and within which limits. Not changed once made. */
public final class ServerOptions {
    /** The most files that {@link #openFileCache()} can be. */
    public static final int MAX_OPEN_FILE_CACHE = 1 << 16;

    /** The most bytes that {@link #memoryTier()} can be. */
    public static final long MAX_MEMORY_TIER = 1L << 40;

    /** The longest time there may be for anything. */
    public static final Duration MAX_TIMEOUT = Duration.ofDays(1);

    private final Path directory;
    private final InetSocketAddress address;
    private List<ClientClass> classes = List.of();
    private Trust trust = Trust.NOBODY;
    private int maxConnections = 0;
    private Duration idleTimeout = Duration.ofSeconds(60);
    private Duration requestTimeout = Duration.ofSeconds(10);
    private Duration responseTimeout = Duration.ofSeconds(30);
    private long minBytesPerSecond = 512L;
    private Duration lingerTimeout = Duration.ofSeconds(2);
    private Duration drainTimeout = Duration.ofSeconds(5);
    private int openFileCache = 1024;
    private long memoryTier = 64L << 20;
    private FileOptions files = FileOptions.defaults();

    private ServerOptions(Path directory, InetSocketAddress address) {
        this.directory = Objects.requireNonNull(directory, "directory");
        this.address = Objects.requireNonNull(address, "address");
    }

    private ServerOptions(ServerOptions other) {
        this(other.directory, other.address);
        classes = other.classes;
        trust = other.trust;
        maxConnections = other.maxConnections;
        idleTimeout = other.idleTimeout;
        requestTimeout = other.requestTimeout;
        responseTimeout = other.responseTimeout;
        minBytesPerSecond = other.minBytesPerSecond;
        lingerTimeout = other.lingerTimeout;
        drainTimeout = other.drainTimeout;
        openFileCache = other.openFileCache;
        memoryTier = other.memoryTier;
        files = other.files;
    }

    /**
     * The defaults: no classes, nobody trusted, as many connections as there may be, 60 s idle, 10 s for a request, 512 bytes a second over 30 s
     * for a response, 2 s to linger, 5 s to drain, 1,024 open files, 64 MiB of contents.
     *
     * @param directory see {@link #directory()}
     * @param address see {@link #address()}
     * @return the defaults
     */
    public static ServerOptions of(Path directory, InetSocketAddress address) {
        return new ServerOptions(directory, address);
    }

    /**
     * Returns what is served.
     *
     * @return a directory; nothing outside of it is ever served
     */
    public Path directory() {
        return directory;
    }

    /**
     * Returns where the server listens.
     *
     * @return an address, port 0 for any free one
     */
    public InetSocketAddress address() {
        return address;
    }

    /**
     * Returns the classes.
     *
     * @return of clients; who is in none of them is in the class {@code default}
     */
    public List<ClientClass> classes() {
        return classes;
    }

    /**
     * Returns whose word counts on who a client is.
     *
     * @return balancers and proxies
     */
    public Trust trust() {
        return trust;
    }

    /**
     * Returns the bound on connections.
     *
     * @return the most connections at a time, 0 for what the limit of open files allows
     */
    public int maxConnections() {
        return maxConnections;
    }

    /**
     * Returns how long a connection may be idle.
     *
     * @return after which a connection without a request is closed
     */
    public Duration idleTimeout() {
        return idleTimeout;
    }

    /**
     * Returns the time for a request.
     *
     * @return within which a request that was begun must be complete
     */
    public Duration requestTimeout() {
        return requestTimeout;
    }

    /**
     * Returns the time for the progress of a response.
     *
     * @return how long a disk may take for a piece of a response, and a client that takes less than {@link #minBytesPerSecond()} may go on
     */
    public Duration responseTimeout() {
        return responseTimeout;
    }

    /**
     * Returns the least rate of a client.
     *
     * @return how many bytes of a response a client must take in each second, on average over {@link #responseTimeout()}, if it is not
     *     to be cut off; at least 1
     */
    public long minBytesPerSecond() {
        return minBytesPerSecond;
    }

    /**
     * Returns the time for the end of a connection.
     *
     * @return how long the client's last bytes are awaited after the server has ended its side
     */
    public Duration lingerTimeout() {
        return lingerTimeout;
    }

    /**
     * Returns the time to stop.
     *
     * @return how long responses under way may take when the server is stopped
     */
    public Duration drainTimeout() {
        return drainTimeout;
    }

    /**
     * Returns the size of the cache of open files.
     *
     * @return how many files are kept open by an {@link dev.sluice.aio.OpenFileCache}, and for each eight a name that does not exist; 0 opens each file for each request
     */
    public int openFileCache() {
        return openFileCache;
    }

    /**
     * Returns the size of the memory tier.
     *
     * @return how many bytes of memory the contents of small files have that {@link #openFileCache()} keeps, as {@link
     *     dev.sluice.aio.OpenFileCache#keepContents} says, at most a quarter of the memory for buffers; 0 for none
     */
    public long memoryTier() {
        return memoryTier;
    }

    /**
     * Returns how files are served.
     *
     * @return what is said of them, and which are
     */
    public FileOptions files() {
        return files;
    }

    /** Returns all times but that to stop. */
    HttpTimeouts timeouts() {
        return new HttpTimeouts(
                idleTimeout.toNanos(),
                requestTimeout.toNanos(),
                responseTimeout.toNanos(),
                lingerTimeout.toNanos(),
                minBytesPerSecond);
    }

    /**
     * Changes {@link #classes()}.
     *
     * @param classes see there
     * @return changed options
     * @throws IllegalArgumentException if two classes have the same name, or a range is in two
     */
    public ServerOptions withClasses(List<ClientClass> classes) {
        final ServerOptions changed = new ServerOptions(this);
        ClientClass.checkDistinct(classes);
        changed.classes = List.copyOf(classes);
        return changed;
    }

    /**
     * Changes {@link #trust()}.
     *
     * @param trust see there
     * @return changed options
     */
    public ServerOptions withTrust(Trust trust) {
        final ServerOptions changed = new ServerOptions(this);
        changed.trust = Objects.requireNonNull(trust, "trust");
        return changed;
    }

    /**
     * Changes {@link #maxConnections()}.
     *
     * @param maxConnections see there
     * @return changed options
     * @throws IllegalArgumentException if it is negative
     */
    public ServerOptions withMaxConnections(int maxConnections) {
        final ServerOptions changed = new ServerOptions(this);
        changed.maxConnections = (int) checkRange("maxConnections", maxConnections, 0L, Integer.MAX_VALUE);
        return changed;
    }

    /**
     * Changes {@link #idleTimeout()}.
     *
     * @param idleTimeout see there
     * @return changed options
     * @throws IllegalArgumentException if it is not above zero, or above a day
     */
    public ServerOptions withIdleTimeout(Duration idleTimeout) {
        final ServerOptions changed = new ServerOptions(this);
        changed.idleTimeout = checkPositive("idleTimeout", idleTimeout);
        return changed;
    }

    /**
     * Changes {@link #requestTimeout()}.
     *
     * @param requestTimeout see there
     * @return changed options
     * @throws IllegalArgumentException if it is not above zero, or above a day
     */
    public ServerOptions withRequestTimeout(Duration requestTimeout) {
        final ServerOptions changed = new ServerOptions(this);
        changed.requestTimeout = checkPositive("requestTimeout", requestTimeout);
        return changed;
    }

    /**
     * Changes {@link #responseTimeout()}.
     *
     * @param responseTimeout see there
     * @return changed options
     * @throws IllegalArgumentException if it is not above zero, or above a day
     */
    public ServerOptions withResponseTimeout(Duration responseTimeout) {
        final ServerOptions changed = new ServerOptions(this);
        changed.responseTimeout = checkPositive("responseTimeout", responseTimeout);
        return changed;
    }

    /**
     * Changes {@link #minBytesPerSecond()}.
     *
     * @param minBytesPerSecond see there
     * @return changed options
     * @throws IllegalArgumentException if it is below 1
     */
    public ServerOptions withMinBytesPerSecond(long minBytesPerSecond) {
        final ServerOptions changed = new ServerOptions(this);
        changed.minBytesPerSecond = checkRange("minBytesPerSecond", minBytesPerSecond, 1L, Integer.MAX_VALUE);
        return changed;
    }

    /**
     * Changes {@link #lingerTimeout()}.
     *
     * @param lingerTimeout see there
     * @return changed options
     * @throws IllegalArgumentException if it is not above zero, or above a day
     */
    public ServerOptions withLingerTimeout(Duration lingerTimeout) {
        final ServerOptions changed = new ServerOptions(this);
        changed.lingerTimeout = checkPositive("lingerTimeout", lingerTimeout);
        return changed;
    }

    /**
     * Changes {@link #drainTimeout()}.
     *
     * @param drainTimeout see there
     * @return changed options
     * @throws IllegalArgumentException if it is not above zero, or above a day
     */
    public ServerOptions withDrainTimeout(Duration drainTimeout) {
        final ServerOptions changed = new ServerOptions(this);
        changed.drainTimeout = checkPositive("drainTimeout", drainTimeout);
        return changed;
    }

    /**
     * Changes {@link #openFileCache()}.
     *
     * @param openFileCache see there
     * @return changed options
     * @throws IllegalArgumentException if it is out of range
     */
    public ServerOptions withOpenFileCache(int openFileCache) {
        final ServerOptions changed = new ServerOptions(this);
        changed.openFileCache = (int) checkRange("openFileCache", openFileCache, 0L, MAX_OPEN_FILE_CACHE);
        return changed;
    }

    /**
     * Changes {@link #memoryTier()}.
     *
     * @param memoryTier see there
     * @return changed options
     * @throws IllegalArgumentException if it is out of range
     */
    public ServerOptions withMemoryTier(long memoryTier) {
        final ServerOptions changed = new ServerOptions(this);
        changed.memoryTier = checkRange("memoryTier", memoryTier, 0L, MAX_MEMORY_TIER);
        return changed;
    }

    /**
     * Changes {@link #files()}.
     *
     * @param files see there
     * @return changed options
     */
    public ServerOptions withFiles(FileOptions files) {
        final ServerOptions changed = new ServerOptions(this);
        changed.files = Objects.requireNonNull(files, "files");
        return changed;
    }

    @Override
    public String toString() {
        return "ServerOptions[directory=" + directory + ", address=" + address + ", classes=" + classes
                + ", trust=" + trust + ", maxConnections=" + maxConnections + ", idleTimeout=" + idleTimeout
                + ", requestTimeout="
                + requestTimeout + ", responseTimeout=" + responseTimeout + ", minBytesPerSecond=" + minBytesPerSecond
                + ", lingerTimeout=" + lingerTimeout + ", drainTimeout=" + drainTimeout + ", openFileCache="
                + openFileCache + ", memoryTier=" + memoryTier + ", files=" + files + "]";
    }

    private static long checkRange(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be " + least + ".." + most + ": " + name + "=" + value);
        }
        return value;
    }

    private static Duration checkPositive(String name, Duration duration) {
        if (duration.isNegative() || duration.isZero() || duration.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException(
                    name + " must be above zero and at most a day: " + name + "=" + duration);
        }
        return duration;
    }
}
