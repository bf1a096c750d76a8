// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import dev.sluice.containers.Priority;
import dev.sluice.events.interest.InterestSet;
import dev.sluice.events.operation.QueueResources;
import dev.sluice.events.order.Signal;
import dev.sluice.events.order.Signals;
import dev.sluice.events.reaping.LateOperations;
import dev.sluice.events.reaping.Reaper;
import dev.sluice.events.table.OperationTable;
import dev.sluice.events.table.TableEntry;
import dev.sluice.uring.Closing;
import dev.sluice.uring.RingException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;

/** The end of an {@link EventQueue}: of everything under way, of the ring, and of what layers have left with the queue. */
final class QueueClose {
    private static final long CLOSE_STEP_NS = 100_000_000L;

    /** Of what the kernel does not let go of, in a message. */
    private static final int MOST_NAMED = 4;

    /** Enters that may fail in a close before the ring counts as lost. */
    private static final int FAILED_ENTERS = 16;

    private final Reaper reaper;
    private final InterestSet<?> interests;
    private final EventBatch batch;
    private final QueueResources resources;

    QueueClose(Reaper reaper, InterestSet<?> interests, EventBatch batch, QueueResources resources) {
        this.reaper = reaper;
        this.interests = interests;
        this.batch = batch;
        this.resources = resources;
    }

    /** See {@link EventQueue#close} and, if it is to {@code leaveBehind} what does not end in time, {@link EventQueue#closeWithin}. */
    void run(long limitNs, boolean leaveBehind) {
        if (reaper.closed) {
            return;
        }
        reaper.checkMayClose();
        if (reaper.closed) {
            return;
        }
        final long startNs = reaper.ring.nanoTime();
        final Closing closing = new Closing("closing the queue's resources failed");
        closing.step(() -> batch.endHandling(reaper.ring.nanoTime()));
        closing.step(reaper.mailroom::close);
        endAll(closing, limitNs, leaveBehind);
        reaper.closed = true;
        batch.begin(0, Priority.MAX);
        Signal pending;
        while ((pending = reaper.signalled.take(Priority.IDLE)) != null) {
            final Signal undelivered = pending;
            closing.step(() -> Signals.discarded(undelivered));
        }
        reaper.signalled.close();
        final boolean kernelIsDone = reaper.underWay() == 0;
        if (!reaper.ringLost && kernelIsDone) {
            resources.unregister(closing);
        }
        if (!kernelIsDone) {
            closing.step(() -> LateOperations.leave(reaper));
        }
        if (!kernelIsDone && !reaper.ringLost) { // of a lost one it is not known what is still to come
            closing.step(() -> reaper.closer.lookAfter(LateOperations.of(reaper)));
        }
        closing.step(reaper.ring);
        resources.free(closing);
        closing.step(reaper.peers::close);
        closing.step(reaper.wakeup::close);
        resources.close(closing);
        final int unclosed = reaper.closer.end(limitNs - (reaper.ring.nanoTime() - startNs), closing);
        if (unclosed > 0) {
            LoggerFactory.getLogger(EventQueue.class)
                    .warn(
                            "closed a queue of which some files are still open, since a disk does not answer: {}",
                            unclosed);
        }
        if (!kernelIsDone) {
            LoggerFactory.getLogger(EventQueue.class)
                    .warn(
                            "closed a queue while the kernel holds {} operations{}: their buffers stay allocated, and the"
                                    + " process cannot end before they do; {}",
                            reaper.underWay(),
                            reaper.ringLost
                                    ? ", as far as is known of a ring that is lost"
                                    : ", since a disk does not answer",
                            held());
        }
        closing.end();
    }

    /** Asks for the end of everything and awaits it; of a ring that answers no more, takes what it has told. */
    private void endAll(Closing closing, long limitNs, boolean leaveBehind) {
        final OperationTable table = reaper.table;
        for (int slot = 0; slot < table.slots(); slot++) {
            final TableEntry entry = table.entryAt(slot);
            if (entry != null) {
                ask(() -> OperationTable.cancelForClose(entry), closing);
            }
        }
        interests.clear();
        final long startNs = reaper.ring.nanoTime();
        int failedEnters = ask(() -> reaper.enter(0L, reaper.ring.nanoTime()), closing) ? 0 : 1;
        long leftNs = limitNs;
        while (reaper.underWay() > 0 && !reaper.ringLost) {
            final long stepNs = Math.max(1L, Math.min(leftNs, CLOSE_STEP_NS));
            reaper.mailroom.collect(); // an offer's word that came too late: with it the ring would not wait
            if (!ask(() -> reaper.enter(stepNs, reaper.ring.nanoTime()), closing) && ++failedEnters > FAILED_ENTERS) {
                reaper.ringLost = true;
            }
            leftNs = limitNs - (reaper.ring.nanoTime() - startNs);
            if (leftNs <= 0L) {
                if (leaveBehind) {
                    return;
                }
                final IllegalStateException held = new IllegalStateException("the kernel still holds "
                        + reaper.underWay() + " operations " + limitNs / 1_000_000_000L
                        + " s after they were cancelled: " + held());
                closing.addTo(held);
                throw held;
            }
        }
    }

    /** The first few of what is under way. */
    private String held() {
        final List<String> held = new ArrayList<>();
        final OperationTable table = reaper.table;
        for (int slot = 0; slot < table.slots() && held.size() < MOST_NAMED; slot++) {
            final TableEntry entry = table.entryAt(slot);
            if (entry != null) {
                held.add(Signals.describe(entry) + " of " + Signals.containerPath(entry));
            }
        }
        return String.join(", ", held) + (reaper.underWay() > held.size() ? ", ..." : "");
    }

    /** Returns false if it failed, otherwise than by the loss of the ring. */
    private boolean ask(Runnable step, Closing closing) {
        try {
            step.run();
            return true;
        } catch (RingException e) {
            reaper.ringLost = true;
            closing.step(reaper::drain);
            return true;
        } catch (RuntimeException | Error e) {
            closing.failed(e);
            return false;
        }
    }
}
