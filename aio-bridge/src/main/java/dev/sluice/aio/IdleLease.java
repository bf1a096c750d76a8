// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.containers.ResourceContainer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A block that somebody holds in case he needs it, such as that of a receive from a peer who is silent. {@linkplain BufferArena#offer Offered} to
 * the arena, it is asked for when memory is short for its holder. Belongs to the thread of its queue.
 */
public abstract class IdleLease {
    private final ResourceContainer holder;

    /** Neighbours in the arena's list, by when they were offered. */
    @Nullable
    IdleLease previous;

    @Nullable
    IdleLease next;

    boolean isOffered;

    /**
     * Not offered yet.
     *
     * @param holder who has the block
     */
    protected IdleLease(ResourceContainer holder) {
        this.holder = Objects.requireNonNull(holder, "holder");
    }

    /**
     * Memory is short for the holder: he gives the block back soon, or goes on to use it. Called once for each offer, which has ended by that, while
     * somebody else leases or waits: not to lease or release anything, nor to throw.
     */
    protected abstract void giveBack();

    final ResourceContainer holder() {
        return holder;
    }
}
