// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.cache;

import dev.sluice.aio.file.FileOperations;
import dev.sluice.aio.memory.Arena;
import dev.sluice.aio.memory.Block;
import dev.sluice.aio.memory.SharedViews;
import dev.sluice.aio.operation.DescriptorOperation;
import dev.sluice.aio.operation.DescriptorOwner;
import dev.sluice.aio.operation.IoContext;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The contents of small files that are kept open and asked for again.
 *
 * <pre>
 *   asked for     1st    2nd                      3rd, ...
 *                        read, compared, shown    compared, handed out
 * </pre>
 *
 * <p><b>Compared</b>: by the {@link FileStamp}, which tells of each change but of stores to mapped memory that is dirty already. <b>Shown</b>:
 * that nobody has the file open for writing, and so nobody can do that; who does it later opens it first, which the file's watch tells, and
 * dirties the memory, which the comparison does. Who did it while the file was read, and has gone, is told by the next look: so nothing is handed out
 * before that.
 */
public final class ContentTier implements DescriptorOwner {
    /** Of what there is for buffers: connections come first, for whom memory is short when half of it is taken. */
    private static final long PARTS_OF_ARENA = 4L;

    /** Reads under way: each holds a file open. */
    private static final int MOST_FILLS = 16;

    /** Uses without another try, after one that has come to nothing. */
    private static final int REST_USES = 32;

    /** What is given back with an enter while memory is short and nobody waits. */
    private static final int SOME = 64;

    private final FileCache cache;
    private final IoContext io;
    private final FileOperations files;
    private final ResourceContainer container;
    private final long maxBytes;
    private final UseOrder<KeptContent> order;
    private final Queue<ContentRead> ended = new ArrayDeque<>();

    private int fills;
    private long bytes;
    private int kept;
    private long hits;

    ContentTier(FileCache cache, IoContext io, FileOperations files, long maxBytes, ResourceContainer container) {
        this.cache = cache;
        this.io = io;
        this.files = files;
        this.container = container;
        this.maxBytes = Math.min(maxBytes, io.arena().maxBytes() / PARTS_OF_ARENA);
        order = new UseOrder<>(this.maxBytes);
    }

    /** A file is kept open, and was asked for its status when its watch was there. */
    void add(CacheEntry entry) {
        final FileStamp stamp = new FileStamp(entry.file().seen());
        entry.keepStamp(stamp);
        if (stamp.sizeBytes > 0L && stamp.sizeBytes <= FileCache.MAX_CONTENT_BYTES) {
            final int blockBytes = Arena.blockBytes((int) stamp.sizeBytes);
            entry.content = blockBytes > maxBytes ? null : new KeptContent(entry, blockBytes);
        }
    }

    /** Compares a file with what it was when it was opened, once for each look; drops it if it is not. */
    boolean isAsItWas(CacheEntry entry) {
        return entry.comparedAtLook == cache.looks() || compare(entry);
    }

    private boolean compare(CacheEntry entry) {
        if (Descriptors.statxNow(entry.file().fdToClose(), io.statusAddress()) == 0
                && entry.stamp().isOf(io.statusMemory())) {
            entry.comparedAtLook = cache.looks();
            return true;
        }
        cache.differs(entry);
        return false;
    }

    /** Returns the content, or null if it is not kept. The file was compared at this look. */
    SharedViews find(KeptContent content) {
        content.use();
        if (content.views == null) {
            fillIfWorthIt(content);
            return null;
        }
        if (content.opened && !content.writersUnknown) {
            show(content);
        }
        if (content.views == null || content.keptAtLook == cache.looks()) {
            return null;
        }
        hits++;
        order.used(content);
        return content.views;
    }

    /** Has it shown that nobody writes; if somebody does, the content is dropped. */
    private void show(KeptContent content) {
        if (isBeingWritten(content)) {
            drop(content);
            content.rest = REST_USES;
        }
    }

    private static boolean isBeingWritten(KeptContent content) {
        final int result = Descriptors.probeWriters(content.entry.file().fdToClose());
        content.opened = false;
        content.writersUnknown = result < 0;
        return result == -Errno.EAGAIN;
    }

    private void fillIfWorthIt(KeptContent content) {
        if (content.rest > 0) {
            content.rest--;
        } else if (content.isUsedAgain()
                && !content.filling
                && fills < MOST_FILLS
                && content.entry.stamp().isSettled(System.currentTimeMillis())
                && !io.arena().isShort(container)
                && !fill(content)) {
            content.rest = REST_USES;
        }
    }

    private boolean fill(KeptContent content) {
        final Block block = makeRoom(content.blockBytes) ? io.arena().tryLease(content.lengthBytes(), container) : null;
        if (block == null) {
            return false;
        }
        block.bytes().limit(content.lengthBytes());
        cache.hold(content.entry);
        if (!ContentRead.begin(files, this, content, block, container)) {
            block.release();
            content.entry.release();
            return false;
        }
        content.filling = true;
        fills++;
        bytes += content.blockBytes;
        return true;
    }

    /** What was dropped and is still being sent takes room, too. */
    private boolean makeRoom(int blockBytes) {
        while (bytes + blockBytes > maxBytes && order.size() > 0) {
            drop(order.first());
        }
        return bytes + blockBytes <= maxBytes && container.inUse(Resource.BUFFER_BYTES) + blockBytes <= maxBytes;
    }

    @Override
    public void ended(DescriptorOperation operation, int result) {
        final ContentRead read = (ContentRead) operation;
        ended.add(read);
        cache.resume();
    }

    /** SQEs may be claimed. */
    void whenClaimable() {
        while (!ended.isEmpty()) {
            took(ended.remove());
        }
        if (kept > 0) {
            giveBack();
        }
    }

    private void took(ContentRead read) {
        final KeptContent content = read.content;
        fills--;
        content.filling = false;
        if (read.block.bytes().position() == content.lengthBytes()
                && content.entry.isCached()
                && compare(content.entry)
                && !isBeingWritten(content)) {
            read.block.bytes().flip();
            content.views = read.block.toShared();
            content.keptAtLook = cache.looks();
            order.add(content);
            kept++;
        } else {
            read.block.release();
            bytes -= content.blockBytes;
            content.rest = REST_USES;
        }
        content.entry.release();
    }

    /** Connections come first: what is being sent to one stays, since to drop it gives nothing back. */
    private void giveBack() {
        for (int left = isAwaited() ? kept : Math.min(kept, SOME); left > 0 && isWanted(); left--) {
            final KeptContent first = order.first();
            if (first.views.views() > 0) {
                order.used(first);
            } else {
                drop(first);
            }
        }
    }

    private boolean isAwaited() {
        return io.arena().isAwaitedFrom(container);
    }

    private boolean isWanted() {
        return io.arena().isShort(container) || isAwaited();
    }

    /** The memory goes back when nothing is sent of it any more. Of no effect if it is not kept. */
    void drop(KeptContent content) {
        if (content.views != null) {
            order.remove(content);
            bytes -= content.blockBytes;
            kept--;
            content.views.release();
            content.views = null;
        }
    }

    boolean isIdle() {
        return fills == 0;
    }

    /** How often a content was handed out. */
    public long hits() {
        return hits;
    }

    /** Of the blocks of what is kept and what is being read. */
    public long bytes() {
        return bytes;
    }

    /** How many contents are kept. */
    public int kept() {
        return kept;
    }
}
