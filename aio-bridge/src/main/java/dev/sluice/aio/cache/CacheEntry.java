// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.cache;

import dev.sluice.aio.file.OpenFile;
import dev.sluice.aio.memory.SharedViews;

/** What a {@link FileCache} found at a path: an open file, or that there is none. */
public final class CacheEntry extends Ranked<CacheEntry> {
    private final FileCache cache;
    private final OpenFile file;
    private final int result;
    private final Object face;

    final String path;

    /** What the answer rests on; null if it is not cached. */
    PathNode node;

    int holders;

    /** Null if contents are not kept. */
    private FileStamp stamp;

    /** Null if that of this file is not to be kept. */
    KeptContent content;

    /** The look at the changes since when the file is known to have its stamp. */
    long comparedAtLook;

    CacheEntry(FileCache cache, String path, OpenFile file, int result) {
        this.cache = cache;
        this.path = path;
        this.file = file;
        this.result = result;
        face = cache.newFace(this);
    }

    public Object face() {
        return face;
    }

    public int result() {
        return result;
    }

    public OpenFile file() {
        if (file == null) {
            throw new IllegalStateException("\"" + path + "\" does not exist: result=" + result);
        }
        return file;
    }

    public void release() {
        if (file == null) {
            return;
        }
        cache.checkOwner();
        if (holders == 0) {
            throw new IllegalStateException("released once more than it was handed out: \"" + path + "\"");
        }
        holders--;
        if (holders == 0) {
            cache.released(this);
        }
    }

    /** Returns the content, which stays the cache's, or null. */
    public SharedViews content() {
        return cache.content(this);
    }

    void keepStamp(FileStamp newStamp) {
        stamp = newStamp;
    }

    FileStamp stamp() {
        return stamp;
    }

    /** Somebody has opened the file. */
    void opened() {
        if (content != null) {
            content.opened = true;
        }
    }

    @Override
    long weight() {
        return 1L;
    }

    boolean isCached() {
        return node != null;
    }
}
