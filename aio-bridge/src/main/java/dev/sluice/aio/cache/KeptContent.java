// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.cache;

import dev.sluice.aio.memory.SharedViews;

/** What a {@link ContentTier} has of one file, or is to have. */
final class KeptContent extends Ranked<KeptContent> {
    final CacheEntry entry;

    /** Of the block that it needs. */
    final int blockBytes;

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

    /** The last look at the changes before it was kept. */
    long keptAtLook;

    KeptContent(CacheEntry entry, int blockBytes) {
        this.entry = entry;
        this.blockBytes = blockBytes;
    }

    @Override
    long weight() {
        return blockBytes;
    }

    int lengthBytes() {
        return (int) entry.stamp().sizeBytes;
    }
}
