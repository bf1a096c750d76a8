// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import dev.sluice.containers.DecayByUse;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.order.ModelEntry;

/** The tree of containers of a {@link ModelledQueue}, and what changes the order of those that wait. */
final class ModelledContainers {
    static final int BANDS = 4;

    private static final int TOPS = 3;
    private static final int CHILDREN = 4;
    private static final int MOST_CLOSED = 4;

    private final ModelledQueue queue;
    private int closed;
    private int anchors;

    ModelledContainers(ModelledQueue queue) {
        this.queue = queue;
        final ModelEntry root = bind(ResourceContainer.root("root"), null);
        for (int top = 0; top < TOPS; top++) {
            final ModelEntry entry = bind(root.container.child("top" + top, queue.random.nextInt(1, BANDS)), root);
            for (int child = 0; child < CHILDREN; child++) {
                bind(entry.container.child("c" + child, queue.random.nextInt(BANDS)), entry);
            }
        }
    }

    /** A descriptor that is never ready keeps each principal known: which of those forgotten comes first is not promised. */
    private ModelEntry bind(ResourceContainer container, ModelEntry parent) {
        final ModelEntry entry = queue.order.bind(container, parent);
        queue.events.newTimer(container, null); // served from now on: closed later, it stays where it is then
        if (parent == null || parent.parent == null) {
            anchor(entry);
        }
        return entry;
    }

    private void anchor(ModelEntry entry) {
        queue.events.declareInterest(queue.ring.host().open(), InterestOps.READABLE, entry.container, "anchor");
        queue.order.liveChanged(entry, 1);
        anchors++;
    }

    int anchors() {
        return anchors;
    }

    /** Any but the root. */
    ModelEntry any() {
        return queue.order.entries.get(queue.random.nextInt(1, queue.order.entries.size()));
    }

    void reprioritise() {
        final ModelEntry entry = any();
        entry.container.setPriority(queue.random.nextInt(BANDS));
        queue.order.priorityChanged(entry);
    }

    void changeShare() {
        final ModelEntry entry = any();
        final int share = 1 << queue.random.nextInt(12);
        entry.container.setShare(share);
        queue.order.shareChanged(entry, share);
    }

    void changeDecay() {
        final ModelEntry entry = any();
        final DecayByUse policy = queue.random.nextInt(3) != 0
                ? null
                : new DecayByUse(1_000_000L + queue.random.nextLong(20_000_000L), 7_919L, queue.random.nextInt(3));
        entry.container.setDecay(policy);
        queue.order.decayChanged(entry, policy);
    }

    void changePrincipal() {
        final ModelEntry top = any().top();
        final int before = top.container.fixedShare();
        final int share = queue.random.nextInt(2) * queue.random.nextInt(1, 2_000);
        top.container.setFixedShare(share);
        if (share != before) {
            queue.order.principalChanged(top);
        }
    }

    /** What is declared and started for a closed container goes on; also where it is, when those around it have gone elsewhere. */
    void close() {
        final ModelEntry entry = any();
        if (closed < MOST_CLOSED && entry.parent.parent != null && !entry.container.isClosed()) {
            anchor(entry);
            entry.container.close();
            queue.order.closed(entry);
            closed++;
        }
    }
}
