package dev.sluice.aio;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.OperationPort;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;

/**
 * Files below a root that are kept open, with their status, and names that are known not to exist: what was opened once is
 * found without asking the kernel again, until the kernel tells that it has changed. Nothing ends by the passing of time.
 *
 * <pre>{@code
 * CachedFile file = cache.find(path);
 * if (file == null) {
 *     cache.open(path, container, attachment); // the event's message is the CachedFile
 * }
 * }</pre>
 *
 * <p><b>What it answers.</b> As opening the path anew would: every directory on the way and the file itself are watched by
 * inotify, and mounts by the readiness of {@code /proc/self/mountinfo}. Before {@link #find} answers for the first time
 * after the ring was entered, it reads what both have to tell. So an answer knows every change whose system call had
 * returned before the request was sent that the ring brought; there is no time in which it is stale. Whoever is asked by
 * other means than the ring, such as a message of another thread, calls {@link #refresh()} first. A change drops what rests
 * on it; when changes were lost (the queue of inotify is bounded), or mounts have come or gone, everything is dropped.
 *
 * <p>A file's content is never kept: it is read from the open file. What its status may miss, until the writer closes its
 * descriptor, is what the kernel does not report: writes to a shared mapping, which change the time of modification, and
 * those of io_submit(2), which change the size too.
 *
 * <p><b>What is not kept</b>, and is opened for each request as without a cache: what is reached by a symbolic link, what
 * is no regular file, what lies on a file system that others can change (nfs, cifs, fuse, ...) or that finds names whatever
 * their case, what lies in a directory that this process may not list or below more than 31 directories, paths with
 * empty or dot names, errors other than {@code ENOENT}; and everything beyond sysctl {@code fs.inotify.max_user_watches}.
 * A file that is kept is open: its file system cannot be unmounted, but lazily.
 *
 * <p><b>Bounds.</b> At most as many files as were asked for, each with one descriptor and one watch; beside them an eighth as
 * many names that do not exist, but at least 8, so that asking for such names pushes no file out; and no directory is watched that
 * none of these needs. The one used longest ago makes room for another of its kind, and for whoever waits for a {@linkplain
 * AsyncIo#descriptors() descriptor}; what somebody holds is never closed. To drop everything takes some microseconds for each entry.
 *
 * <p>The root must stay open until the cache is closed or has another one. Made by {@link AsyncIo#newOpenFileCache}; ends with the queue, or by
 * {@link #close()}. Belongs to the thread of its queue.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/inotify.7.html">inotify(7)</a>
 */
public final class OpenFileCache {
    /**
     * Who asks reads the changes first; without being asked, files that have no name any more are let go of within this time. The
     * kernel keeps 16,384 changes, those of 400,000 renames a second for so long.
     */
    static final long LONGEST_UNREAD_NS = 20_000_000L;

    private static final long NEVER = -1L;

    /** How many files there is room for, for one name that does not exist. */
    private static final int FILES_FOR_A_MISSING_NAME = 8;

    private static final int FEWEST_MISSING_NAMES = 8;

    private final AsyncIo io;
    private final int maxFiles;
    private final int maxMissing;
    private final ResourceContainer container;
    private final FileWatches watches;
    private final MountTable mounts;
    private final PathTree tree;

    private final Map<String, CachedFile> entries = new HashMap<>();
    private final Map<String, PathOpening> openings = new HashMap<>();
    private final Queue<PathOpening> toGoOn = new ArrayDeque<>();
    private final Queue<AsyncFile> toClose = new ArrayDeque<>();

    private final IdleList files = new IdleList();

    /** Names that do not exist, which nobody holds. */
    private final IdleList missing = new IdleList();

    private RootDirectory root;

    /** The ring's count of enters at the last look. */
    private long lookedAtEnter = NEVER;

    private long hits;
    private long misses;
    private long changes;

    OpenFileCache(
            AsyncIo io,
            RootDirectory root,
            int maxFiles,
            ResourceContainer container,
            FileWatches watches,
            MountTable mounts) {
        this.io = io;
        this.root = root;
        this.maxFiles = maxFiles;
        maxMissing = Math.max(FEWEST_MISSING_NAMES, maxFiles / FILES_FOR_A_MISSING_NAME);
        this.container = container;
        this.watches = watches;
        this.mounts = mounts;
        tree = new PathTree(watches, mounts, container, this::changed);
        io.descriptors().took(1L, container); // of the table of mounts
        io.port().whenClaimable(this::goOn);
    }

    /**
     * Finds what is cached. Allocates nothing; asks the kernel nothing, but for changes, once for each time that the ring was
     * entered.
     *
     * @param path relative to the root
     * @return the file, held by the caller until it {@linkplain CachedFile#release() releases} it, or that there is none; null
     *     if it is not cached: {@link #open} it
     * @throws IllegalStateException if the cache is closed
     */
    public CachedFile find(String path) {
        checkOpen();
        look();
        final CachedFile found = entries.get(path);
        if (found == null) {
            return null;
        }
        hits++;
        if (found.result() == 0) {
            hold(found);
        } else {
            missing.used(found);
        }
        return found;
    }

    /**
     * Opens what {@link #find} did not find, for reading and with {@code O_NONBLOCK}, and keeps it if it can be kept. Those
     * who ask for the same path wait for the same open, unless one is more urgent than who asked before. The event's
     * operation is {@code OPENAT2}, its result 0 or a negative errno as that of {@link AsyncFile#open}. With 0 its
     * {@linkplain dev.sluice.events.Event#message() message} is a {@link CachedFile}, which the handler must release.
     *
     * <p>Can be {@linkplain AsyncIo#cancel cancelled}; the open itself then goes on, for the cache.
     *
     * @param path as {@link AsyncFile#open}
     * @param charged the container to charge, at whose priority the file is opened and the event comes
     * @param attachment handed out with the event, may be null
     * @return the operation's id, or {@link OperationPort#BACK_PRESSURED}
     * @throws IllegalArgumentException as {@link AsyncFile#open}
     * @throws IllegalStateException if the cache or the root is closed
     */
    public long open(String path, ResourceContainer charged, Object attachment) {
        checkOpen();
        PathMemory.check(path);
        Objects.requireNonNull(charged, "container");
        look();
        final PathOpening underWay = openings.get(path);
        if (underWay != null && underWay.mayJoin(charged.effectivePriority())) {
            final long id = underWay.join(charged, attachment);
            misses += id == OperationPort.BACK_PRESSURED ? 0 : 1;
            return id;
        }
        final PathOpening opening = new PathOpening(this, tree, path, charged);
        final long id = opening.join(charged, attachment);
        if (id == OperationPort.BACK_PRESSURED) {
            opening.abandon();
            return id;
        }
        misses++;
        openings.put(path, opening);
        opening.goOn();
        return id;
    }

    /**
     * Reads what has changed until now, whenever that was done last: for who is asked by other means than the ring. Costs two
     * system calls.
     *
     * @throws IllegalStateException if the cache is closed
     */
    public void refresh() {
        checkOpen();
        lookedAtEnter = NEVER;
        look();
    }

    private void look() {
        final long enters = io.port().enters();
        if (lookedAtEnter != enters) {
            tree.look();
            lookedAtEnter = enters;
        }
    }

    /**
     * Drops everything and goes on below another root. What is held stays open until it is released; what is being opened below
     * the root before is delivered to those who wait for it, and not kept.
     *
     * @param newRoot below which files are opened from now on; stays open until the cache is closed. The one before may be closed
     * @throws IllegalStateException if the cache is closed
     */
    public void changeRoot(RootDirectory newRoot) {
        checkOpen();
        root = Objects.requireNonNull(newRoot, "newRoot");
        tree.dropAll();
    }

    /**
     * Drops everything and closes the watches. What is held stays open until it is released; what is being opened is still
     * delivered. The events, with the attachment that the cache was made with, are those of {@link FileWatches#close()}: the
     * last one is that of the close.
     *
     * @return the operation's id; {@link OperationPort#BACK_PRESSURED} when too many operations are under way: ask again
     * @throws IllegalStateException if it is closed
     */
    public long close() {
        checkOpen();
        tree.dropAll();
        final long id = watches.close();
        if (id != OperationPort.BACK_PRESSURED) {
            watches.owner = null;
            tree.end();
            mounts.close();
            gaveBackMounts();
            io.closed(this);
        }
        return id;
    }

    /**
     * Returns how often {@link #find} has found something.
     *
     * @return the count
     */
    public long hits() {
        return hits;
    }

    /**
     * Returns how often {@link #open} was asked for something.
     *
     * @return the count
     */
    public long misses() {
        return misses;
    }

    /**
     * Returns how many entries were dropped because something had changed.
     *
     * @return the count
     */
    public long changes() {
        return changes;
    }

    /**
     * Returns how much is cached.
     *
     * @return files and names that do not exist
     */
    public int entries() {
        return entries.size();
    }

    private void checkOpen() {
        io.checkOwner("a cache of open files");
        io.port().checkUsable();
        if (tree.isEnded()) {
            throw new IllegalStateException("this OpenFileCache is closed");
        }
    }

    // What the openings need.

    AsyncIo io() {
        return io;
    }

    RootDirectory root() {
        return root;
    }

    /** Goes on with an opening when SQEs may be claimed. */
    void goOnSoon(PathOpening opening) {
        toGoOn.add(opening);
    }

    void notJoinable(PathOpening opening) {
        openings.remove(opening.path, opening);
    }

    /** Takes a file over from the opening. */
    void own(AsyncFile file) {
        file.owner = null;
        file.declareInterest(container, null);
    }

    /** Returns what is cached of a path, or null. */
    CachedFile entry(String path) {
        return entries.get(path);
    }

    /** Until it is closed one is counted for the table of mounts. */
    void gaveBackMounts() {
        io.descriptors().gaveBack(1L, container);
    }

    /** Gives the descriptor of a file back that nobody uses, if somebody waits whom that helps. SQEs may be claimed. */
    void giveBackIfAwaited() {
        final CachedFile unused = files.oldest();
        if (unused != null && io.descriptors().isAwaitedFrom(container)) {
            evict(unused);
            closeFiles();
        }
    }

    /** Makes room for one more file; false if all are in use, or a file that is kept would take a descriptor from others. */
    boolean hasRoom() {
        if (!io.descriptors().mayKeep(container)) {
            return false;
        }
        while (entries.size() - missing.size() >= maxFiles) {
            final CachedFile evicted = files.oldest();
            if (evicted == null) {
                return false;
            }
            evict(evicted);
        }
        return true;
    }

    private void evict(CachedFile evicted) {
        final PathNode node = evicted.node;
        node.entries.remove(evicted);
        forget(evicted);
        tree.prune(node);
    }

    /** Keeps a file, for which there {@linkplain #hasRoom is room}. */
    void add(CachedFile entry, PathNode node) {
        if (keep(entry, node)) {
            files.add(entry);
        }
    }

    /** Keeps a name that does not exist, in the place of one asked for longest ago: never in that of a file. */
    void addMissing(CachedFile entry, PathNode node) {
        if (keep(entry, node)) {
            missing.add(entry);
            if (missing.size() > maxMissing) {
                evict(missing.oldest());
            }
        }
    }

    private boolean keep(CachedFile entry, PathNode node) {
        if (entries.putIfAbsent(entry.path, entry) != null) {
            return false;
        }
        entry.node = node;
        node.entries.add(entry);
        return true;
    }

    void hold(CachedFile file) {
        if (file.holders++ == 0 && file.isCached()) {
            files.remove(file);
        }
    }

    void checkOwner() {
        io.checkOwner("a cached file");
    }

    void released(CachedFile file) {
        if (file.isCached()) {
            files.used(file);
            giveBackIfAwaited();
        } else {
            closeSoon(file.file());
        }
    }

    void closeSoon(AsyncFile file) {
        toClose.add(file);
    }

    private void changed(CachedFile entry) {
        changes++;
        forget(entry);
    }

    private void forget(CachedFile entry) {
        entries.remove(entry.path, entry);
        entry.node = null;
        if (entry.result() < 0) {
            missing.remove(entry);
        } else if (entry.holders == 0) {
            files.remove(entry);
            closeSoon(entry.file());
        }
    }

    private void goOn() {
        tree.dropLost();
        if (!toGoOn.isEmpty() || !toClose.isEmpty()) {
            for (int i = toGoOn.size(); i > 0; i--) {
                toGoOn.remove().goOn();
            }
            closeFiles();
        }
    }

    private void closeFiles() {
        while (!toClose.isEmpty()) {
            toClose.remove().discard();
        }
    }
}
