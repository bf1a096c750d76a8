// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import dev.sluice.events.order.Signal;

/** What an {@link Event} tells. */
public enum EventKind {
    /** A declared descriptor is ready: {@link Event#readyMask()} says for what. Folds: one event per descriptor. */
    READINESS,

    /** An operation has a result. Never folds, never dropped. */
    COMPLETION,

    /** A {@link Timer} has expired: {@link Event#deadlineNs()} says when it was to. */
    TIMER,

    /** A message from another thread in a {@link Mailbox}: {@link Event#message()}. Never folds. */
    MESSAGE;

    static EventKind of(Signal.Kind kind) {
        return switch (kind) {
            case READINESS -> READINESS;
            case COMPLETION -> COMPLETION;
            case TIMER -> TIMER;
            case MESSAGE -> MESSAGE;
        };
    }
}
