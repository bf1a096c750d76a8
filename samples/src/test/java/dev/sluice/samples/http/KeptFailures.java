// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.events.ErrorHandler;
import dev.sluice.events.Event;
import java.util.Queue;

/** Keeps what handlers, and hooks, have thrown. */
record KeptFailures(Queue<RuntimeException> failures) implements ErrorHandler {
    @Override
    public void handlerFailed(Event event, RuntimeException failure) {
        failures.add(failure);
    }

    @Override
    public void hookFailed(RuntimeException failure) {
        failures.add(failure);
    }
}
