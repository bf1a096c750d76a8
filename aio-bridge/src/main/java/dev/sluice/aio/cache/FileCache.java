// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.cache;

import dev.sluice.aio.file.FileOperations;
import dev.sluice.aio.file.OpenFile;
import dev.sluice.aio.file.PathMemory;
import dev.sluice.aio.file.Root;
import dev.sluice.aio.memory.SharedViews;
import dev.sluice.aio.operation.IoContext;
import dev.sluice.aio.watch.Watches;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.ClaimableTask;
import dev.sluice.events.operation.OperationPort;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.function.Function;

/** Files that are kept open, and names that do not exist, for as long as nothing is noticed to happen to what they rest on. */
public final class FileCache {
    /**
     * Who asks reads the changes first; without being asked, files that have no name any more are let go of within this time. The
     * kernel keeps 16,384 changes, those of 400,000 renames a second for so long.
     */
    public static final long LONGEST_UNREAD_NS = 20_000_000L;

    /** Of a file whose content may be kept. */
    public static final int MAX_CONTENT_BYTES = 64 * 1024;

    private static final long NEVER = -1L;

    private final IoContext io;
    private final FileOperations fileOperations;
    private final ResourceContainer container;
    private final Watches watches;
    private final MountTable mounts;
    private final PathTree tree;
    private final Function<CacheEntry, Object> faces;

    private final CachedEntries entries;
    private final Map<String, PathOpening> openings = new HashMap<>();
    private final Queue<PathOpening> toStep = new ArrayDeque<>();
    private final Queue<OpenFile> toClose = new ArrayDeque<>();

    /** Null if no contents are kept. */
    private ContentTier contents;

    private final IoContext.Keeper keeper = new IoContext.Keeper() {
        @Override
        public void giveBackIfAwaited() {
            closeUnusedIfAwaited();
        }

        @Override
        public void queueClosed() {
            gaveBackMounts();
        }
    };

    /** Also after the close, while there is something to open or close. */
    private final ClaimableTask task;

    private Root root;

    /** The ring's count of enters at the last look. */
    private long lookedAtEnter = NEVER;

    /** How often it was looked. */
    private long looks;

    private long hits;
    private long misses;
    private long changes;

    public FileCache(
            IoContext io,
            FileOperations fileOperations,
            Root root,
            int maxFiles,
            ResourceContainer container,
            Watches watches,
            MountTable mounts,
            Function<CacheEntry, Object> faces) {
        this.io = io;
        this.fileOperations = fileOperations;
        this.root = root;
        this.container = container;
        this.watches = watches;
        this.mounts = mounts;
        this.faces = faces;
        tree = new PathTree(watches, mounts, container, this::changed);
        entries = new CachedEntries(this, tree, maxFiles);
        io.descriptors().took(1L, container); // of the table of mounts
        task = io.port().whenClaimable(this::whenClaimable);
        io.add(keeper);
    }

    public CacheEntry find(String path) {
        checkOpen();
        look();
        final CacheEntry found = entries.of(path);
        if (found == null || !isAsItWas(found)) {
            return null;
        }
        hits++;
        entries.use(found);
        return found;
    }

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
        opening.takeStep();
        return id;
    }

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
            looks++;
        }
    }

    long looks() {
        return looks;
    }

    /** Has the contents of small files kept; once. */
    public ContentTier keepContents(long maxBytes, ResourceContainer charged) {
        checkOpen();
        Objects.requireNonNull(charged, "container");
        if (contents != null) {
            throw new IllegalStateException("the contents of small files are kept already");
        }
        contents = new ContentTier(this, io, fileOperations, maxBytes, charged);
        tree.watchOpens();
        return contents;
    }

    /** Returns the content of a file that was handed out, or null if that is not kept, or the file has changed. */
    SharedViews content(CacheEntry entry) {
        checkOwner();
        io.port().checkUsable();
        if (entry.content == null || !entry.isCached()) {
            return null;
        }
        look();
        return entry.isCached() && isAsItWas(entry) ? contents.find(entry.content) : null;
    }

    private boolean isAsItWas(CacheEntry entry) {
        return entry.stamp() == null || contents.isAsItWas(entry);
    }

    void dropContent(CacheEntry entry) {
        if (entry.content != null) {
            contents.drop(entry.content);
        }
    }

    /** It is not what it was when it was opened, which nobody has told. */
    void differs(CacheEntry entry) {
        changes++;
        entries.evict(entry);
    }

    public void changeRoot(Root newRoot) {
        checkOpen();
        root = newRoot;
        tree.dropAll();
    }

    public long close() {
        checkOpen();
        tree.dropAll();
        final long id = watches.close(watches.container(), watches.attachment());
        if (id != OperationPort.BACK_PRESSURED) {
            watches.ownedBy(null);
            tree.end();
            mounts.close();
            io.port().resources().closed(mounts);
            gaveBackMounts();
            io.remove(keeper);
        }
        return id;
    }

    public long hits() {
        return hits;
    }

    public long misses() {
        return misses;
    }

    public long changes() {
        return changes;
    }

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

    Object newFace(CacheEntry entry) {
        return faces.apply(entry);
    }

    IoContext io() {
        return io;
    }

    OpenFile newFile() {
        return new OpenFile(fileOperations);
    }

    Root root() {
        return root;
    }

    /** Has an opening take its next step when SQEs may be claimed. */
    void stepSoon(PathOpening opening) {
        toStep.add(opening);
        task.resume();
    }

    void resume() {
        task.resume();
    }

    void notJoinable(PathOpening opening) {
        openings.remove(opening.path, opening);
    }

    /** Takes a file over from the opening. */
    void own(OpenFile file) {
        file.ownedBy(null);
        file.declareInterest(container, null);
    }

    /** Returns what is cached of a path, or null. */
    CacheEntry entry(String path) {
        return entries.of(path);
    }

    /** Until it is closed one is counted for the table of mounts. */
    private void gaveBackMounts() {
        io.descriptors().gaveBack(1L, container);
    }

    /** Gives the descriptor of a file back that nobody uses, if somebody waits whom that helps. SQEs may be claimed. */
    private void closeUnusedIfAwaited() {
        final CacheEntry unused = entries.unusedFile();
        if (unused != null && io.descriptors().isAwaitedFrom(container)) {
            entries.evict(unused);
            closeFiles();
        }
    }

    /** Makes room for one more file; false if all are in use, or a file that is kept would take a descriptor from others. */
    boolean hasRoom() {
        return io.descriptors().mayKeep(container) && entries.makeRoom();
    }

    /** Keeps a file, for which there {@linkplain #hasRoom is room}. */
    void add(CacheEntry file, PathNode node) {
        if (entries.add(file, node) && contents != null) {
            contents.add(file);
        }
    }

    void addMissing(CacheEntry name, PathNode node) {
        entries.addMissing(name, node);
    }

    void hold(CacheEntry file) {
        entries.hold(file);
    }

    void checkOwner() {
        io.checkOwner("a cached file");
    }

    void released(CacheEntry file) {
        if (file.isCached()) {
            entries.letGo(file);
            closeUnusedIfAwaited();
        } else {
            closeSoon(file.file());
        }
    }

    void closeSoon(OpenFile file) {
        toClose.add(file);
        task.resume();
    }

    private void changed(CacheEntry entry) {
        changes++;
        entries.forget(entry);
    }

    /** SQEs may be claimed. */
    private void whenClaimable() {
        tree.dropLost();
        if (contents != null) {
            contents.whenClaimable();
        }
        if (!toStep.isEmpty() || !toClose.isEmpty()) {
            for (int i = toStep.size(); i > 0; i--) {
                toStep.remove().takeStep();
            }
            closeFiles();
        }
        if (tree.isEnded() && toStep.isEmpty() && (contents == null || contents.isIdle())) {
            task.pause();
        }
    }

    private void closeFiles() {
        while (!toClose.isEmpty()) {
            toClose.remove().discard();
        }
    }
}
