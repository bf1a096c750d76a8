// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.watch;

import dev.sluice.aio.file.Root;
import dev.sluice.aio.operation.IoContext;
import dev.sluice.aio.process.ErrnoException;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventQueue;
import dev.sluice.events.operation.ClaimableTask;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.call.Inotify;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** Tells when the path of a root comes to lead to another directory; a thread of its own walks the path. */
public final class RootWatcher extends InotifyDescriptor {
    /** A directory on the way may be a busy one. */
    private static final long LONGEST_UNREAD_NS = 20_000_000L;

    private static final int READ_BYTES = 4 * 1024;
    private static final int MOST_READS = 64;

    private final EventQueue queue;
    private final Path path;
    private final PollOperation poll;
    private final RootSignal signal;

    /** One thread, there from the start. Its queue takes no lock, so that the loop does not wait for one. */
    private final ThreadPoolExecutor walker =
            new ThreadPoolExecutor(1, 1, 0L, TimeUnit.NANOSECONDS, new LinkedTransferQueue<>(), task -> {
                final Thread thread = new Thread(task, "sluice-root-watch");
                thread.setDaemon(true);
                return thread;
            });

    /** From the walker to the queue's thread. */
    private final AtomicReference<RootWalk> walked = new AtomicReference<>();

    private volatile boolean ended;

    private final ClaimableTask task;
    private final AutoCloseable atQueueClose = this::unpolled;

    /** What the path was found to depend on. */
    private RootWalk last;

    private long device;
    private long inode;
    private int result;

    /** The path may lead elsewhere since that was looked at. */
    private boolean changed;

    private boolean toWalk;
    private boolean walking;

    public RootWatcher(
            IoContext io,
            EventQueue queue,
            int inotifyFd,
            Root root,
            ResourceContainer container,
            Object attachment,
            Function<Root, Object> faces)
            throws IOException {
        super(io, "RootWatch", READ_BYTES, MOST_READS);
        this.queue = queue;
        signal = new RootSignal(faces);
        path = root.path();
        poll = new PollOperation(io, LONGEST_UNREAD_NS);
        device = root.device();
        inode = root.inode();
        declareInterest(container, attachment);
        opened(inotifyFd);
        try {
            startWalker();
            last = RootWalk.of(path, inotifyFd);
            if (last.hasFailed()) {
                throw new ErrnoException("inotify_add_watch", path.toString(), -last.result());
            }
            if (begin(poll, container, attachment) == OperationPort.BACK_PRESSURED) {
                last.discard();
                throw new IllegalStateException("cannot watch " + path + ": too many operations are under way; raise"
                        + " EventQueueOptions.maxOperations");
            }
        } catch (IOException | RuntimeException e) {
            walker.shutdown();
            closeNow();
            throw e;
        }
        poll.submit();
        task = io.port().whenClaimable(this::whenClaimable);
        io.port().resources().atClose(atQueueClose);
        tell(last);
    }

    /** Now, while it is known what to do without it: later the process may be allowed no more threads. */
    private void startWalker() throws IOException {
        try {
            walker.prestartAllCoreThreads();
        } catch (OutOfMemoryError e) { // so the JVM says that the system has no thread for it
            throw new IOException("no thread to watch the path " + path + " with: " + e.getMessage(), e);
        }
    }

    @Override
    boolean drain(int fd) {
        if (walking) {
            return true; // what its watches have to tell is read when it is known what they are of
        }
        final int reads = readAll(fd);
        toWalk = changed;
        return reads > 0 || changed;
    }

    @Override
    void read(ByteBuffer records, int at) {
        changed = changed
                || last.dependsOn(Inotify.watch(records, at), Inotify.mask(records, at), Inotify.name(records, at));
    }

    /** Before each enter and after each drain. */
    private void whenClaimable() {
        final RootWalk arrived = walked.get() == null ? null : walked.getAndSet(null);
        if (arrived != null) {
            walking = false;
            if (!isOpen() || !poll.isUnderWay()) {
                arrived.discard();
                return;
            }
            tookWalk(arrived);
        }
        if (toWalk && !walking && isOpen()) {
            toWalk = false;
            walk();
        }
    }

    /** If it cannot be done now, it is tried again with the next look, since {@link #changed} stays. */
    private void walk() {
        final int copy = Descriptors.duplicate(fdToClose());
        if (copy >= 0) { // EMFILE
            walking = true;
            changed = false;
            walker.execute(() -> walk(copy));
        }
    }

    /** On the thread of the walker. Always comes back: until then nothing that the watches tell is read. */
    private void walk(int inotifyFd) {
        RootWalk walk = RootWalk.failed(inotifyFd);
        try {
            walk = RootWalk.of(path, inotifyFd);
        } finally {
            Descriptors.tryClose(inotifyFd); // a copy: there is nothing to be told of it
            walked.set(walk);
            if (ended) {
                discardWalked();
            } else {
                queue.wakeup();
            }
        }
    }

    private void tookWalk(RootWalk walk) {
        if (walk.hasFailed()) {
            walk.discard();
            changed = true;
            return;
        }
        last.endWatchesBut(walk, fdToClose());
        last = walk;
        tell(walk);
        drain(fdToClose()); // what has happened since it began
    }

    private void tell(RootWalk walk) {
        final Root found = walk.root();
        if (found != null && result == 0 && found.isSameAs(device, inode)) {
            found.close();
        } else if (found != null || walk.result() != result) {
            device = found == null ? 0L : found.device();
            inode = found == null ? 0L : found.inode();
            result = walk.result();
            if (signal.set(result, found)) {
                io.port().signal(signal, poll);
            }
        }
    }

    @Override
    void unpolled() {
        task.pause();
        io.port().resources().closed(atQueueClose);
        ended = true;
        walker.shutdown();
        discardWalked();
    }

    private void discardWalked() {
        final RootWalk arrived = walked.getAndSet(null);
        if (arrived != null) {
            arrived.discard();
        }
    }
}
