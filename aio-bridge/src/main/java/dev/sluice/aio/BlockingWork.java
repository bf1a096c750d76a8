// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.file.ExtendedAttributes;
import dev.sluice.aio.process.Jobs;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventHandler;
import dev.sluice.events.operation.OperationPort;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * What waits and has no opcode of io_uring - resolving paths and host names, listing directories, starting processes - done by a few threads,
 * of which each job's outcome comes as one event at the priority of its container.
 *
 * <p>If the job returned, the event's result is 0 and its {@linkplain dev.sluice.events.Event#message() message} what it
 * returned. If it threw, the result is a negative errno - {@code ENOENT}, {@code EACCES}, {@code ENOTDIR}, {@code ELOOP}, or
 * {@code EIO} for whatever else - and the message is the exception. {@link dev.sluice.uring.linux.Errno#ENOWORKER} says that the job was
 * not begun, since no thread could be started and none is there. {@link AsyncIo#cancel} ends a job that is still
 * waiting for its turn, with {@code ECANCELED}; one that runs is let run.
 *
 * <p>{@value #THREADS} daemon threads, started with the first job, take the waiting jobs in the order and within the limits of an
 * {@link Allowance} of {@link Resource#BLOCKING_JOBS}; {@value #RESERVED_THREADS} of them is kept for bands of {@link
 * dev.sluice.containers.Priority#HIGH} and above. They end with the queue, each when its last job returns, whose outcome nobody
 * wants any more.
 *
 * <p>Belongs to the thread of its queue.
 */
public final class BlockingWork {
    /** How many jobs run at a time. */
    public static final int THREADS = 5;

    /** How many of them are kept for high bands. */
    public static final int RESERVED_THREADS = 1;

    /** How many jobs can wait for their turn. */
    public static final int MAX_WAITING = 1024;

    private static final int PAGE_BYTES = 32 * 1024;

    private final OperationPort port;
    private final Jobs jobs;
    private final AsyncAttributes attributes;

    BlockingWork(OperationPort port, Jobs jobs, ExtendedAttributes onTheRing) {
        this.port = port;
        this.jobs = jobs;
        attributes = new AsyncAttributes(this, onTheRing);
    }

    /**
     * Returns the jobs on what files have beside their content.
     *
     * @return always the same object
     */
    public AsyncAttributes attributes() {
        return attributes;
    }

    /**
     * Runs a job that waits.
     *
     * @param job run once, on a thread of the pool; must not touch what belongs to the queue's thread
     * @param container charged for the event, and at whose priority the job takes its turn and the event comes
     * @param attachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED} with nothing started: {@value #MAX_WAITING} jobs
     *     are waiting, or too many operations are under way
     */
    public long call(Callable<?> job, ResourceContainer container, @Nullable Object attachment) {
        port.checkUsable();
        Objects.requireNonNull(job, "job");
        if (jobs.waiting() >= MAX_WAITING) {
            return AsyncIo.BACK_PRESSURED;
        }
        return jobs.call(job, container, attachment);
    }

    /**
     * As {@link #call(Callable, ResourceContainer, Object)}, for a lambda.
     *
     * @param job run once, on a thread of the pool; must not touch what belongs to the queue's thread
     * @param container charged for the event, and at whose priority the job takes its turn and the event comes
     * @param handler of the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long call(Callable<?> job, ResourceContainer container, @Nullable EventHandler handler) {
        return call(job, container, (Object) handler);
    }

    /**
     * Finds the path of a file without symbolic links and dots.
     *
     * @param path of an existing file
     * @param container as {@link #call}
     * @param attachment handed out with the event, may be null
     * @return as {@link #call}; the message is a {@link Path}
     * @see <a href="https://man7.org/linux/man-pages/man3/realpath.3.html">realpath(3)</a>
     */
    public long canonicalPath(Path path, ResourceContainer container, @Nullable Object attachment) {
        Objects.requireNonNull(path, "path");
        return call(path::toRealPath, container, attachment);
    }

    /**
     * As {@link #canonicalPath(Path, ResourceContainer, Object)}, for a lambda.
     *
     * @param path of an existing file
     * @param container as {@link #call}
     * @param handler of the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long canonicalPath(Path path, ResourceContainer container, @Nullable EventHandler handler) {
        return canonicalPath(path, container, (Object) handler);
    }

    /**
     * Finds the addresses of a host.
     *
     * @param host a name or an address as text
     * @param container as {@link #call}
     * @param attachment handed out with the event, may be null
     * @return as {@link #call}; the message is a {@code List<InetAddress>}, or a {@link java.net.UnknownHostException} with
     *     {@code ENOENT}
     */
    public long hostAddresses(String host, ResourceContainer container, @Nullable Object attachment) {
        Objects.requireNonNull(host, "host");
        return call(() -> List.of(InetAddress.getAllByName(host)), container, attachment);
    }

    /**
     * As {@link #hostAddresses(String, ResourceContainer, Object)}, for a lambda.
     *
     * @param host a name or an address as text
     * @param container as {@link #call}
     * @param handler of the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long hostAddresses(String host, ResourceContainer container, @Nullable EventHandler handler) {
        return hostAddresses(host, container, (Object) handler);
    }

    /**
     * Reads a page of the entries of a directory below {@code root}: what {@value #PAGE_BYTES} bytes of the kernel's records
     * hold, at most some 1,300 entries. What is created or removed between two pages may be listed or not; every other entry
     * comes once, on file systems whose positions outlive an open file, as those that can be exported by NFS have them.
     *
     * @param root where the path starts; if it is closed before the job's turn, the result is {@code EIO}
     * @param path relative, {@code .} for the root itself, without NUL
     * @param from {@link DirectoryPage#BEGIN}, or {@link DirectoryPage#next()} of the page before
     * @param container as {@link #call}
     * @param attachment handed out with the event, may be null
     * @return as {@link #call}; the message is a {@link DirectoryPage}. Results are those of the kernel: {@code EXDEV} if the
     *     path leaves the root, {@code ENOTDIR}, {@code ENOENT}, {@code EACCES}, {@code ELOOP}, {@code EMFILE}, ...
     * @throws IllegalArgumentException if the path contains NUL or {@code from} is negative
     * @throws IllegalStateException if the root is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/getdents.2.html">getdents64(2)</a>
     */
    public long list(
            RootDirectory root, String path, long from, ResourceContainer container, @Nullable Object attachment) {
        root.root.checkOpen();
        if (path.indexOf('\0') >= 0 || from < 0L) {
            throw new IllegalArgumentException("a path has no NUL, and a page begins at 0 or above: path=\""
                    + path.replace("\0", "\\0") + "\", from=" + from);
        }
        return call(new DirectoryListing(root, path, from, PAGE_BYTES), container, attachment);
    }

    /**
     * As {@link #list(RootDirectory, String, long, ResourceContainer, Object)}, for a lambda.
     *
     * @param root where the path starts; if it is closed before the job's turn, the result is {@code EIO}
     * @param path relative, {@code .} for the root itself, without NUL
     * @param from {@link DirectoryPage#BEGIN}, or {@link DirectoryPage#next()} of the page before
     * @param container as {@link #call}
     * @param handler of the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long list(
            RootDirectory root, String path, long from, ResourceContainer container, @Nullable EventHandler handler) {
        return list(root, path, from, container, (Object) handler);
    }

    /**
     * Returns how many jobs wait for their turn.
     *
     * @return at most {@value #MAX_WAITING}
     */
    public int waitingJobs() {
        return jobs.waiting();
    }
}
