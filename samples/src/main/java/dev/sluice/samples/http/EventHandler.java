// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

/** What the server attaches to its operations: who handles their events. */
interface EventHandler extends dev.sluice.events.EventHandler {
    /** Handling failed by a bug: gives up what this handler does, so that the others go on. */
    void abort();
}
