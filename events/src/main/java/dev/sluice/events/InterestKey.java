// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.interest.Declaration;
import dev.sluice.events.reaping.Reaper;
import org.jspecify.annotations.Nullable;

/**
 * One descriptor of the INTERESTED set: from {@link EventQueue#declareInterest} until it is revoked.
 *
 * <p>Belongs to the thread of its queue.
 *
 * @see "Banga, Druschel, Mogul 1998, section 4.2: declare_interest and revoke_interest"
 */
@SuppressWarnings("exports") // what it inherits is of packages that servers do not see
public final class InterestKey extends Declaration {
    InterestKey(Reaper reaper, int fd, int interestOps) {
        super(reaper, fd, interestOps);
    }

    /**
     * Returns the declared descriptor.
     *
     * @return its number
     */
    public int fd() {
        return descriptor();
    }

    /**
     * Returns what the descriptor is declared for.
     *
     * @return a mask of {@link InterestOps}
     */
    public int interestOps() {
        return declaredOps();
    }

    /**
     * Tells whether the declaration stands.
     *
     * @return false once it was revoked or the queue closed
     */
    public boolean isValid() {
        return isDeclared();
    }

    /**
     * Returns the container at whose priority the descriptor's readiness comes, and that is charged for the handling.
     *
     * @return the one that it was declared for last
     */
    @Override
    @SuppressWarnings("NullAway") // it has one from the beginning
    public ResourceContainer container() {
        return super.container();
    }

    /**
     * Returns what is handed out with the descriptor's readiness.
     *
     * @return what it was declared with last, may be null
     */
    @Override
    public @Nullable Object attachment() {
        return super.attachment();
    }

    @Override
    public String toString() {
        return "InterestKey[fd=" + fd() + ", interestOps=0x" + Integer.toHexString(interestOps()) + ", valid="
                + isValid() + ", container=" + container().path() + "]";
    }
}
