// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.cache;

import dev.sluice.aio.memory.SharedViews;

/** What a {@link ContentTier} has of one file, or is to have. */
final class KeptContent extends Ranked<KeptContent> {
    final CacheEntry entry;

    /** Of the block that it needs. */
    final int blockBytes;

    /** Whether the file system lies about nobody's mapping: only then is it asked whether somebody writes. */
    final boolean showsWriters;

    /** All of the file; null while it is not kept. */
    SharedViews views;

    /** It is being read. */
    boolean filling;

    /** How often it is still to be asked for before it is read again. */
    int rest;

    /** Somebody has opened the file, maybe for writing, since it was asked last whether anybody has. */
    boolean opened;

    /** The kernel does not say whether somebody has. */
    boolean writersUnknown;

    /** The look at the changes that came before it was shown last that nobody writes: what was written until then is told by a later one. */
    long shownAtLook;

    KeptContent(CacheEntry entry, int blockBytes, boolean showsWriters) {
        this.entry = entry;
        this.blockBytes = blockBytes;
        this.showsWriters = showsWriters;
    }

    @Override
    long weight() {
        return blockBytes;
    }

    int lengthBytes() {
        return (int) entry.stamp().sizeBytes;
    }
}
