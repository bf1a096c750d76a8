// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.mail;

import dev.sluice.uring.Closing;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Ring;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Where other threads leave word that a {@link Letterbox} has something new, and where they see whether the queue sleeps and
 * has to be woken for it.
 *
 * <p>Word is left before the look at {@link #asleep}, and {@link #fallAsleep} tells that it sleeps before it looks for word;
 * both are volatile. So either the sender sees the sleeper, or the sleeper sees the word and does not sleep.
 */
public final class Mailroom {
    private final Wakeup wakeup;
    private final Ring ring;

    /** Newest first, linked by {@link Letterbox#postedBefore}; those posted are in here once. */
    private final AtomicReference<Letterbox> posted = new AtomicReference<>();

    private volatile boolean asleep;

    private final Set<Letterbox> open = new LinkedHashSet<>();

    private volatile boolean closed;

    public Mailroom(Wakeup wakeup, Ring ring) {
        this.wakeup = wakeup;
        this.ring = ring;
    }

    /** From any thread: {@code mailbox}, which is not posted yet, has something new. */
    public void post(Letterbox mailbox) {
        Letterbox before;
        do {
            before = posted.get();
            mailbox.postedBefore = before;
        } while (!posted.compareAndSet(before, mailbox));
    }

    /** From any thread, after a message was left: ends the wait of a queue that does not know of it. */
    public void wakeIfAsleep() {
        if (asleep) {
            wakeup.ring();
        }
    }

    /** From any thread: whether the queue waits, or is about to, and may not know of what was posted. */
    public boolean isAsleep() {
        return asleep;
    }

    /** From any thread: another descriptor of the queue's ring, or a negated errno if it cannot be had or takes no messages. */
    synchronized int duplicateRing() {
        return closed || !ring.features().supports(Opcode.MSG_RING) ? -Errno.EBADF : Descriptors.duplicate(ring.fd());
    }

    /** From any thread: whether nobody will read what is left here. */
    boolean isClosed() {
        return closed;
    }

    /** Returns false, with nothing changed, if there is something to collect: then the queue must not wait. */
    public boolean fallAsleep() {
        asleep = true;
        if (posted.get() == null) {
            return true;
        }
        asleep = false;
        return false;
    }

    public void awake() {
        asleep = false;
    }

    /** Moves the mailboxes that have something new into the lanes. A memory read if there are none. */
    public void collect() {
        if (posted.get() == null) {
            return;
        }
        Letterbox newestFirst = posted.getAndSet(null);
        Letterbox oldestFirst = null;
        while (newestFirst != null) {
            final Letterbox before = newestFirst.postedBefore;
            newestFirst.postedBefore = oldestFirst;
            oldestFirst = newestFirst;
            newestFirst = before;
        }
        while (oldestFirst != null) {
            final Letterbox after = oldestFirst.postedBefore;
            oldestFirst.postedBefore = null; // before it is collected: from then on it may be posted again
            oldestFirst.collected();
            oldestFirst = after;
        }
    }

    public void opened(Letterbox mailbox) {
        open.add(mailbox);
    }

    public void closed(Letterbox mailbox) {
        open.remove(mailbox);
    }

    /** Closes every mailbox; what is undelivered stays in them. The ring may close when this has returned. */
    public void close() {
        final Closing closing = new Closing("closing the mailboxes failed");
        List.copyOf(open).forEach(mailbox -> closing.step(mailbox::queueCloses));
        synchronized (this) {
            closed = true;
        }
        closing.end();
    }
}
