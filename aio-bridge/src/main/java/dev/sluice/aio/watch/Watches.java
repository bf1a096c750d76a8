// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.watch;

import dev.sluice.aio.operation.IoContext;
import dev.sluice.aio.operation.OperationPool;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.uring.call.Inotify;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * An inotify instance whose watches have containers and attachments of their own. It is polled by the ring and read without waiting on the
 * queue's thread; there is no read under way that {@link #drainNow()} could overtake.
 */
public final class Watches extends InotifyDescriptor {
    /** The most changes that are read and not handled. */
    public static final int MAX_PENDING = 4096;

    private static final int READ_BYTES = 16 * 1024;

    /** More than the kernel keeps unless told to. */
    private static final int MOST_READS = 256;

    /** By what the kernel calls them. It knows one watch for each file, so those of one file are chained. */
    private final Map<Integer, WatchOperation> watches = new HashMap<>();

    private final OperationPool<ChangeSignal> signals = new OperationPool<>(() -> new ChangeSignal(this));
    private final Function<Change, Object> faces;
    private int pending;
    private boolean dropped;
    private final Change lost = Change.lost();

    /** {@code restNs}: how long changes may be left unread, but for {@link #drainNow()}; 0 to read each at once. */
    public Watches(
            IoContext io,
            int fd,
            long restNs,
            ResourceContainer container,
            Object attachment,
            Function<Change, Object> faces) {
        super(io, "FileWatches", READ_BYTES, MOST_READS);
        this.faces = faces;
        declareInterest(container, attachment);
        opened(fd);
        final PollOperation poll = new PollOperation(io, restNs);
        if (begin(poll, container, attachment) == OperationPort.BACK_PRESSURED) {
            closeNow();
            throw new IllegalStateException("cannot watch files: too many operations are under way; raise"
                    + " EventQueueOptions.maxOperations");
        }
        poll.submit();
    }

    /** Until nobody looks at the watches any more: the kernel waits for a grace period. */
    @Override
    public boolean closeMayWait() {
        return true;
    }

    public WatchOperation newWatch() {
        return new WatchOperation(this);
    }

    IoContext io() {
        return io;
    }

    /** Changes were lost. */
    Change lost() {
        return lost;
    }

    Object face(Change change) {
        return change.face(faces);
    }

    public int drainNow() {
        io.port().checkUsable();
        final int before = pending;
        drain(fd());
        return pending - before;
    }

    @Override
    boolean drain(int fd) {
        final int reads = readAll(fd);
        if (dropped || reads == MOST_READS) { // then some may be unread
            dropped = false;
            tellAllOfLoss();
        }
        return reads > 0;
    }

    @Override
    void read(ByteBuffer records, int at) {
        final int mask = Inotify.mask(records, at);
        if ((mask & Inotify.IN_Q_OVERFLOW) != 0) {
            dropped = true;
            return;
        }
        final WatchOperation first = watches.get(Inotify.watch(records, at));
        if (first == null) {
            return; // of a watch that was ended meanwhile
        }
        if ((mask & Inotify.IN_IGNORED) != 0) {
            watches.remove(first.watch);
            for (WatchOperation watch = first; watch != null; watch = watch.alsoWatching) {
                watch.end(Inotify.IN_IGNORED, 0);
            }
            return;
        }
        Change change = null;
        for (WatchOperation watch = first; watch != null; watch = watch.alsoWatching) {
            if ((mask & (watch.mask | Inotify.IN_UNMOUNT)) == 0) {
                continue;
            }
            if (pending == MAX_PENDING) {
                dropped = true;
                return;
            }
            if (change == null) {
                change = new Change(mask, Inotify.cookie(records, at), Inotify.name(records, at));
            }
            watch.changed(change);
        }
    }

    private void tellAllOfLoss() {
        for (final WatchOperation first : watches.values()) {
            for (WatchOperation watch = first; watch != null; watch = watch.alsoWatching) {
                watch.changesLost();
            }
        }
    }

    /** Returns 0, or a negated errno. */
    int add(WatchOperation operation, int fd) {
        final int watch = Inotify.addWatch(fdToClose(), fd, operation.mask | Inotify.IN_MASK_ADD);
        if (watch < 0) {
            return watch;
        }
        operation.watch = watch;
        operation.alsoWatching = watches.put(watch, operation);
        return 0;
    }

    public void remove(WatchOperation operation) {
        final WatchOperation first = watches.get(operation.watch);
        if (first != operation) {
            WatchOperation before = first;
            while (before.alsoWatching != operation) {
                before = before.alsoWatching;
            }
            before.alsoWatching = operation.alsoWatching;
        } else if (operation.alsoWatching != null) {
            watches.put(operation.watch, operation.alsoWatching);
        } else {
            watches.remove(operation.watch);
            // EINVAL: it ended in the kernel just now, and nobody is left to be told.
            Inotify.removeWatch(fdToClose(), operation.watch);
        }
    }

    ChangeSignal takeSignal() {
        pending++;
        return signals.take();
    }

    void giveBack(ChangeSignal signal) {
        pending--;
        signals.giveBack(signal);
    }
}
