// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

/**
 * What completes after its ring was closed: {@link Ring#keepCompletions}. For one thread at a time, whichever.
 */
public interface LateCompletions extends AutoCloseable {

    /**
     * Hands what has completed since the last look to {@code handler}. Never waits.
     *
     * @param handler called for each, oldest first
     * @return how many were handled
     */
    int drain(CompletionHandler handler);

    /** What completes from now on is seen by nobody. */
    @Override
    void close();
}
