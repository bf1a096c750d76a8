// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

import java.util.ArrayList;
import java.util.List;

/**
 * The close of several things, one after the other: each is closed, whichever of those before it failed, and with whatever.
 *
 * <pre>{@code
 * final Closing closing = new Closing("closing the cache failed");
 * closing.step(files);
 * closing.step(memory);
 * closing.end();
 * }</pre>
 *
 * <p>For one thread at a time.
 */
public final class Closing {
    private final String message;
    private final List<Throwable> failures = new ArrayList<>();

    /**
     * Closes nothing yet.
     *
     * @param message of the exception, should a step fail
     */
    public Closing(String message) {
        this.message = message;
    }

    /**
     * Closes {@code resource}; a failure is kept for {@link #end}.
     *
     * @param resource what comes next
     */
    public void step(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Throwable e) { // of an Error, too, the others must not suffer; end() throws it
            failed(e);
        }
    }

    /**
     * Notes what went wrong beside the steps, for {@link #end}.
     *
     * @param failure the failure
     */
    public void failed(Throwable failure) {
        failures.add(failure);
    }

    /**
     * Tells of all failures, if there were any.
     *
     * @throws IllegalStateException with each of them suppressed
     * @throws Error the first failure that was one, with the others suppressed
     */
    public void end() {
        for (final Throwable failure : failures) {
            if (failure instanceof Error error) {
                addTo(error);
                throw error;
            }
        }
        if (!failures.isEmpty()) {
            final IllegalStateException failure = new IllegalStateException(message);
            addTo(failure);
            throw failure;
        }
    }

    /**
     * Adds all failures to what is thrown in place of {@link #end}.
     *
     * @param thrown has each of them suppressed from then on
     */
    public void addTo(Throwable thrown) {
        for (final Throwable failure : failures) {
            if (failure != thrown) {
                thrown.addSuppressed(failure);
            }
        }
    }
}
