// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

import dev.sluice.uring.linux.Errno;

/** Receives the completions that {@link Ring#drainCompletions} finds, in the order in which the kernel posted them. */
@FunctionalInterface
public interface CompletionHandler {

    /**
     * One completion. Called on the ring's owner thread while the completion queue still holds the entry, so it should only note the
     * outcome: completions the kernel posts meanwhile find less room. It must neither drain nor close the ring.
     *
     * @param userData what {@link Sqe#userData(long)} set
     * @param result the operation's result as its system call would return it, or a negated {@link Errno}
     * @param flags {@link CqeFlags}; without {@link CqeFlags#F_MORE} it is the operation's last completion
     */
    void onCompletion(long userData, int result, int flags);
}
