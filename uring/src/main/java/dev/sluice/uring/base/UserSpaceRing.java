// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.base;

import dev.sluice.uring.CompletionHandler;
import dev.sluice.uring.Sqe;
import org.jspecify.annotations.Nullable;

/** A ring that is not the kernel's: both of its queues are in the process's memory. */
public abstract class UserSpaceRing extends OwnedRing {
    /** Taken out by the subclass. */
    protected final ClaimedEntries claimed;

    /** Posted by the subclass. */
    protected final PostedCompletions completions;

    /** {@code entries} and {@code cqEntries}: powers of two. */
    protected UserSpaceRing(int entries, int cqEntries) {
        claimed = new ClaimedEntries(entries);
        completions = new PostedCompletions(cqEntries);
    }

    @Override
    public final @Nullable Sqe tryClaim() {
        owner.check();
        return claimed.tryClaim();
    }

    @Override
    public final int unsubmitted() {
        owner.check();
        return claimed.size();
    }

    @Override
    protected final int drain(CompletionHandler handler, int limit) {
        return completions.drain(handler, limit);
    }
}
