// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.order.ModelEntry;
import dev.sluice.uring.linux.PollMask;
import java.util.ArrayList;
import java.util.List;

/** The INTERESTED set of a {@link ModelledQueue}, and what comes to its descriptors. */
final class ModelledInterest {
    private static final int MOST_DECLARED = 40;
    private static final int UNDECLARED = PollMask.POLLERR | PollMask.POLLHUP;

    private final ModelledQueue queue;
    private final List<Declared> declared = new ArrayList<>();

    /** Whose state is reported when the ring is entered: first those that asked by themselves, then those handled. */
    private final List<Declared> declaredSince = new ArrayList<>();

    private final List<Declared> handledSince = new ArrayList<>();

    ModelledInterest(ModelledQueue queue) {
        this.queue = queue;
    }

    private final class Declared implements ModelledQueue.Expected {
        int fd;
        int interestOps;
        int ready;
        int pendingMask;

        /** Whether an arrival is seen: a level's is not from its event until that was handled. */
        boolean polled;

        ModelEntry entry;
        Object attachment;
        InterestKey key;

        boolean isLevel() {
            return (interestOps & InterestOps.LEVEL) != 0;
        }

        @Override
        public ModelEntry entry() {
            return entry;
        }

        @Override
        public void assertShownBy(Event event, String where) {
            assertThat(event.kind()).as(where).isEqualTo(EventKind.READINESS);
            assertThat(event.attachment()).as(where).isEqualTo(attachment);
            assertThat(event.readyMask()).as(where).isEqualTo(pendingMask);
            pendingMask = 0;
            if (queue.random.nextBoolean()) { // the handler reads all there is, or leaves it
                ready = 0;
                queue.ring.host().setReady(fd, 0);
            }
        }

        @Override
        public void handled() {
            if (!polled && declared.contains(this)) {
                handledSince.add(this);
            }
        }

        void arrived() {
            final int reported = ready & (interestOps | UNDECLARED);
            if (reported == 0 || !polled) {
                return;
            }
            if (pendingMask == 0) {
                queue.signalled(key, this);
            }
            pendingMask |= reported;
            polled = !isLevel();
        }

        void pollAnew() {
            polled = true;
            arrived();
        }
    }

    int size() {
        return declared.size() + queue.containers.anchors();
    }

    void ringEntered() {
        declaredSince.forEach(Declared::pollAnew);
        handledSince.forEach(Declared::pollAnew);
        declaredSince.clear();
        handledSince.clear();
    }

    private Declared any() {
        return declared.isEmpty() ? null : declared.get(queue.random.nextInt(declared.size()));
    }

    private int anyOps() {
        final int level = queue.random.nextInt(3) == 0 ? InterestOps.LEVEL : 0;
        return level
                | (queue.random.nextBoolean() ? InterestOps.READABLE : InterestOps.READABLE | InterestOps.WRITABLE);
    }

    void declare() {
        if (declared.size() == MOST_DECLARED) {
            return;
        }
        final Declared added = new Declared();
        added.fd = queue.ring.host().open();
        added.interestOps = anyOps();
        added.entry = queue.containers.any();
        added.attachment = queue.nextAttachment();
        if (queue.random.nextBoolean()) {
            added.ready = PollMask.POLLIN;
            queue.ring.host().setReady(added.fd, added.ready); // before anybody declares it
        }
        added.key = queue.events.declareInterest(added.fd, added.interestOps, added.entry.container, added.attachment);
        queue.order.liveChanged(added.entry, 1);
        declared.add(added);
        declaredSince.add(added);
    }

    void revoke() {
        final Declared revoked = any();
        if (revoked == null) {
            return;
        }
        if (queue.random.nextBoolean()) {
            queue.ring.host().setReady(revoked.fd, PollMask.POLLIN);
            queue.ring.submit(); // its completion is posted, not drained, when it is revoked
        }
        assertThat(queue.events.revokeInterest(revoked.key)).as(queue.where).isTrue();
        forget(revoked);
    }

    void revokeSet() {
        final List<Declared> set =
                declared.stream().filter(any -> queue.random.nextInt(8) == 0).toList();
        final List<InterestKey> keys = set.stream().map(any -> any.key).toList();
        assertThat(queue.events.revokeInterest(keys)).as(queue.where).isEqualTo(keys.size());
        assertThat(queue.events.revokeInterest(keys)).as(queue.where).isZero();
        set.forEach(this::forget);
    }

    private void forget(Declared revoked) {
        assertThat(queue.events.revokeInterest(revoked.key)).as(queue.where).isFalse();
        if (revoked.pendingMask != 0) {
            queue.dropped(revoked.key);
        }
        queue.order.liveChanged(revoked.entry, -1);
        declared.remove(revoked);
        declaredSince.remove(revoked);
        handledSince.remove(revoked);
        queue.ring.host().close(revoked.fd); // the number is used again by the next one
    }

    void rebind() {
        final Declared moved = any();
        if (moved == null) {
            return;
        }
        final ModelEntry to = queue.containers.any();
        moved.attachment = queue.nextAttachment();
        assertThat(queue.events.declareInterest(moved.fd, moved.interestOps, to.container, moved.attachment))
                .as(queue.where)
                .isSameAs(moved.key);
        if (to == moved.entry) {
            return;
        }
        if (moved.pendingMask != 0) {
            queue.dropped(moved.key);
        }
        queue.order.liveChanged(moved.entry, -1);
        moved.entry = to;
        queue.order.liveChanged(to, 1);
        if (moved.pendingMask != 0) {
            queue.signalled(moved.key, moved);
        }
    }

    /** Not inside a handler: when the new operations are polled depends on when the ring is entered. */
    void changeInterest() {
        final Declared changed = any();
        final int interestOps = anyOps();
        if (changed == null || changed.interestOps == interestOps) {
            return;
        }
        queue.events.declareInterest(changed.fd, interestOps, changed.entry.container, changed.attachment);
        changed.interestOps = interestOps;
        final int kept = changed.pendingMask & (interestOps | UNDECLARED);
        if (changed.pendingMask != 0 && kept == 0) {
            queue.dropped(changed.key);
        }
        changed.pendingMask = kept;
        changed.polled = false;
        if (kept == 0) {
            changed.pollAnew();
        }
    }

    void arrive() {
        final Declared ready = any();
        if (ready == null) {
            return;
        }
        ready.ready = queue.random.nextInt(3) == 0 ? PollMask.POLLIN | PollMask.POLLHUP : PollMask.POLLIN;
        if (queue.random.nextInt(3) == 0) {
            ready.ready |= PollMask.POLLOUT;
        }
        queue.ring.host().setReady(ready.fd, ready.ready);
        ready.arrived();
    }

    void settleDown() {
        final Declared quiet = any();
        if (quiet != null) {
            quiet.ready = 0;
            queue.ring.host().setReady(quiet.fd, 0);
        }
    }

    void assertClosed() {
        for (final Declared open : declared) {
            assertThat(open.key.isValid()).as(queue.where).isFalse();
            queue.ring.host().close(open.fd);
        }
        assertThat(queue.ring.host().openDescriptors())
                .as(queue.where)
                .isEqualTo(queue.containers.anchors() + ModelledOperations.OPERATIONS);
    }
}
