// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.mail;

import dev.sluice.events.order.Signal;

/** What the {@link Mailroom} knows of a mailbox. */
public abstract class Letterbox extends Signal {
    /** The one posted before this one; the mailroom's while this one is posted. */
    Letterbox postedBefore;

    /** The queue has seen the word left for it. */
    protected abstract void collected();

    /** The queue is closing. */
    protected abstract void queueCloses();
}
