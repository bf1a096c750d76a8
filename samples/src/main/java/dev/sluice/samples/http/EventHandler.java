package dev.sluice.samples.http;

import dev.sluice.events.Event;

/** What the server attaches to its operations: who handles their events. */
interface EventHandler {
    /** Handles one event; must not block. */
    void handle(Event event);

    /** Handling failed by a bug: gives up what this handler does, so that the others go on. */
    void abort();
}
