package dev.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.Errno;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.PollMask;
import dev.sluice.uring.SimulatedFaults;
import dev.sluice.uring.SimulatedRing;
import dev.sluice.uring.Sqe;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: whatever is declared, revoked, bound to another container, signalled, begun, completed and cancelled in between,
 * the queue hands out what is due, to whom it is due, in the order promised, and each completion once. Method: the same
 * random steps on a queue over a simulated ring and on a naive model. Replay: -Dseed=N.
 */
class EventQueueModelTest {
    private static final int STEPS = 250_000;
    private static final int CONTAINERS = 12;
    private static final int DESCRIPTORS = 40;
    private static final int OPERATIONS = 20;

    /** Above every container: dequeues from here up only let the ring's completions in. */
    private static final int NOBODY = Priority.MAX;

    private static final int UNDECLARED = PollMask.POLLERR | PollMask.POLLHUP;

    private SplittableRandom random;
    private SimulatedRing ring;
    private EventQueue events;
    private SchedulerModel order;
    private final List<Declared> declared = new ArrayList<>();
    private final List<OnePoll> idle = new ArrayList<>();
    private final List<OnePoll> busy = new ArrayList<>();
    private final Map<Signal, Expected> expected = new HashMap<>();
    private int attachments;
    private String where;

    /** A declaration as the model knows it. */
    private static final class Declared {
        int fd;
        int interestOps;
        int ready;
        int pendingMask;
        SchedulerModel.Entry entry;
        Object attachment;
        InterestKey key;
    }

    /** What an event that is pending must show. */
    private record Expected(SchedulerModel.Entry entry, Declared declaration, OnePoll operation) {}

    /** The shortest operation there is: it completes when its descriptor becomes readable. */
    private static final class OnePoll extends Operation {
        final OperationPort port;
        final int fd;
        SchedulerModel.Entry entry;
        Object given;
        int due;

        OnePoll(OperationPort port, int fd) {
            super(port);
            this.port = port;
            this.fd = fd;
        }

        @Override
        protected void prepare(Sqe sqe) {
            sqe.prepPollAdd(fd, PollMask.POLLIN);
        }

        @Override
        protected void completed(int completionResult, int completionFlags) {
            port.finish(this, completionResult, completionFlags);
        }

        @Override
        protected void withdrawn() {
            // Nothing was held for it.
        }

        @Override
        protected void released() {
            // Used again as it is.
        }

        @Override
        protected int operation() {
            return Opcode.POLL_ADD;
        }
    }

    static long[] seeds() {
        final Long given = Long.getLong("seed");
        return given != null ? new long[] {given} : new long[] {1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L};
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void shouldHandOutWhatTheModelExpects(long seed) {
        random = new SplittableRandom(seed);
        ring = new SimulatedRing(seed, 256, 1024, SimulatedFaults.NONE);
        events = EventQueue.over(ring, EventQueueOptions.defaults());
        order = new SchedulerModel(0L);
        final SchedulerModel.Entry root = order.bind(ResourceContainer.root("root"), null);
        for (int i = 0; i < CONTAINERS; i++) {
            order.bind(root.container.child("c" + i, random.nextInt(4)), root);
        }
        for (int i = 0; i < OPERATIONS; i++) {
            idle.add(new OnePoll(events.operations(), ring.host().open()));
        }

        for (int step = 0; step < STEPS; step++) {
            where = "seed=" + seed + " step=" + step;
            step();
            letIn();
            assertThat(events.counters().signalled()).as(where).isEqualTo(expected.size());
        }
        closeAll();
    }

    private void step() {
        switch (random.nextInt(24)) {
            case 0, 1 -> declare();
            case 2 -> revoke();
            case 3 -> rebind();
            case 4 -> changeInterest();
            case 5, 6, 7, 8, 9 -> arrive();
            case 10 -> settleDown();
            case 11, 12, 13 -> begin();
            case 14, 15, 16 -> complete();
            case 17 -> cancel();
            case 18 -> reprioritise();
            case 19 -> changeShare();
            case 20 -> timeOut();
            default -> dequeue();
        }
    }

    /** Lets the ring have what is claimed, and the queue what has completed. */
    private void letIn() {
        for (int i = 0; i < 2; i++) { // the second for what the first one arms again
            assertThat(events.dequeueNextEvents(1, NOBODY, 0L).next()).as(where).isNull();
        }
    }

    private SchedulerModel.Entry anyEntry() {
        return order.entries.get(1 + random.nextInt(CONTAINERS));
    }

    private Declared anyDeclared() {
        return declared.isEmpty() ? null : declared.get(random.nextInt(declared.size()));
    }

    private void declare() {
        if (declared.size() == DESCRIPTORS) {
            return;
        }
        final Declared added = new Declared();
        added.fd = ring.host().open();
        added.interestOps = random.nextBoolean() ? InterestOps.READABLE : InterestOps.READABLE | InterestOps.WRITABLE;
        added.entry = anyEntry();
        added.attachment = ++attachments;
        if (random.nextBoolean()) {
            added.ready = PollMask.POLLIN;
            ring.host().setReady(added.fd, added.ready); // before anybody declares it
        }
        added.key = events.declareInterest(added.fd, added.interestOps, added.entry.container, added.attachment);
        order.liveChanged(added.entry, 1);
        declared.add(added);
        signal(added, added.ready);
    }

    private void signal(Declared declaration, int mask) {
        final int reported = mask & (declaration.interestOps | UNDECLARED);
        if (reported == 0) {
            return;
        }
        if (declaration.pendingMask == 0) {
            order.add(declaration.entry, declaration.key);
            expected.put(declaration.key, new Expected(declaration.entry, declaration, null));
        }
        declaration.pendingMask |= reported;
    }

    private void drop(Declared declaration) {
        if (declaration.pendingMask != 0) {
            order.remove(declaration.entry, declaration.key);
            expected.remove(declaration.key);
            declaration.pendingMask = 0;
        }
    }

    private void revoke() {
        final Declared revoked = anyDeclared();
        if (revoked == null) {
            return;
        }
        if (random.nextBoolean()) {
            ring.host().setReady(revoked.fd, PollMask.POLLIN);
            ring.submit(); // its completion is posted, not drained, when it is revoked
        }
        assertThat(events.revokeInterest(revoked.key)).as(where).isTrue();
        assertThat(events.revokeInterest(revoked.key)).as(where).isFalse();
        drop(revoked);
        order.liveChanged(revoked.entry, -1);
        declared.remove(revoked);
        ring.host().close(revoked.fd); // the number is used again by the next one
    }

    private void rebind() {
        final Declared moved = anyDeclared();
        if (moved == null) {
            return;
        }
        final int mask = moved.pendingMask;
        final SchedulerModel.Entry to = anyEntry();
        moved.attachment = ++attachments;
        assertThat(events.declareInterest(moved.fd, moved.interestOps, to.container, moved.attachment))
                .as(where)
                .isSameAs(moved.key);
        if (to == moved.entry) {
            return;
        }
        if (mask != 0) {
            order.remove(moved.entry, moved.key);
        }
        order.liveChanged(moved.entry, -1);
        moved.entry = to;
        order.liveChanged(to, 1);
        if (mask != 0) {
            order.add(to, moved.key);
            expected.put(moved.key, new Expected(to, moved, null));
        }
    }

    private void changeInterest() {
        final Declared changed = anyDeclared();
        if (changed == null) {
            return;
        }
        final int interestOps = InterestOps.READABLE + InterestOps.WRITABLE - changed.interestOps;
        if (interestOps == 0 || (changed.pendingMask & (interestOps | UNDECLARED)) != 0) {
            return;
        }
        events.declareInterest(changed.fd, interestOps, changed.entry.container, changed.attachment);
        changed.interestOps = interestOps;
        drop(changed);
        signal(changed, changed.ready);
    }

    private void arrive() {
        final Declared ready = anyDeclared();
        if (ready == null) {
            return;
        }
        ready.ready = random.nextInt(1, 4) == 3 ? PollMask.POLLIN | PollMask.POLLHUP : PollMask.POLLIN;
        if (random.nextInt(3) == 0) {
            ready.ready |= PollMask.POLLOUT;
        }
        ring.host().setReady(ready.fd, ready.ready);
        signal(ready, ready.ready);
    }

    private void settleDown() {
        final Declared quiet = anyDeclared();
        if (quiet != null) {
            quiet.ready = 0;
            ring.host().setReady(quiet.fd, 0);
        }
    }

    private void begin() {
        if (idle.isEmpty()) {
            return;
        }
        final OnePoll begun = idle.remove(random.nextInt(idle.size()));
        ring.host().setReady(begun.fd, 0);
        begun.entry = anyEntry();
        begun.given = ++attachments;
        begun.due = 0;
        final long id = events.operations().begin(begun, begun.entry.container, begun.given);
        assertThat(id).as(where).isNotEqualTo(OperationPort.BACK_PRESSURED);
        assertThat(events.operations().find(id)).as(where).isSameAs(begun);
        busy.add(begun);
        order.liveChanged(begun.entry, 1);
        if (random.nextInt(8) == 0) {
            assertThat(events.operations().cancel(begun)).as(where).isTrue(); // held back all its life
            ended(begun, -Errno.ECANCELED);
        } else {
            events.operations().submit(begun);
        }
    }

    private void ended(OnePoll operation, int result) {
        operation.due = result;
        order.liveChanged(operation.entry, -1);
        order.add(operation.entry, operation);
        expected.put(operation, new Expected(operation.entry, null, operation));
    }

    private OnePoll anyUnderWay() {
        final OnePoll operation = busy.isEmpty() ? null : busy.get(random.nextInt(busy.size()));
        return operation == null || operation.due != 0 ? null : operation;
    }

    private void complete() {
        final OnePoll completing = anyUnderWay();
        if (completing != null) {
            ring.host().setReady(completing.fd, PollMask.POLLIN);
            ended(completing, PollMask.POLLIN);
        }
    }

    private void cancel() {
        final OnePoll cancelled = anyUnderWay();
        if (cancelled == null) {
            return;
        }
        assertThat(events.operations().cancel(cancelled)).as(where).isTrue();
        assertThat(events.operations().cancel(cancelled)).as(where).isTrue();
        ended(cancelled, -Errno.ECANCELED);
    }

    private void reprioritise() {
        final SchedulerModel.Entry entry = anyEntry();
        entry.container.setPriority(random.nextInt(4));
        order.priorityChanged(entry);
    }

    private void changeShare() {
        final SchedulerModel.Entry entry = anyEntry();
        final int share = 1 << random.nextInt(12);
        entry.container.setShare(share);
        order.shareChanged(entry, share);
    }

    private void timeOut() {
        if (expected.isEmpty()) {
            final long timeoutNs = random.nextLong(1L, 1_000_000L);
            final long startNs = ring.nanoTime();
            assertThat(events.dequeueNextEvents(1, Priority.IDLE, timeoutNs).next())
                    .as(where)
                    .isNull();
            assertThat(ring.nanoTime() - startNs).as(where).isEqualTo(timeoutNs);
        }
    }

    private void dequeue() {
        final int minPriority = random.nextInt(3) == 0 ? random.nextInt(4) : Priority.IDLE;
        final int max = switch (random.nextInt(3)) {
            case 0 -> 1;
            case 1 -> random.nextInt(2, 12);
            default -> Integer.MAX_VALUE;
        };
        order.endService(0L, ring.nanoTime());
        final EventBatch batch = events.dequeueNextEvents(max, minPriority, 0L);
        for (int i = 0; i < max; i++) {
            final Event event = batch.next();
            final Signal due = order.take(minPriority);
            if (due == null) {
                assertThat(event).as(where).isNull();
                return;
            }
            assertShows(event, expected.remove(due));
            handle();
        }
        assertThat(batch.next()).as(where).isNull();
    }

    private void assertShows(Event event, Expected due) {
        assertThat(event).as(where).isNotNull();
        assertThat(event.container()).as(where).isSameAs(due.entry.container);
        if (due.declaration != null) {
            assertThat(event.kind()).as(where).isEqualTo(EventKind.READINESS);
            assertThat(event.attachment()).as(where).isEqualTo(due.declaration.attachment);
            assertThat(event.readyMask()).as(where).isEqualTo(due.declaration.pendingMask);
            due.declaration.pendingMask = 0;
        } else {
            assertThat(event.kind()).as(where).isEqualTo(EventKind.COMPLETION);
            assertThat(event.attachment()).as(where).isEqualTo(due.operation.given);
            assertThat(event.result()).as(where).isEqualTo(due.operation.due);
            busy.remove(due.operation);
            idle.add(due.operation);
        }
    }

    /** What a handler does: takes its time, and now and then changes the order under way. */
    private void handle() {
        switch (random.nextInt(10)) {
            case 0 -> rebind();
            case 1 -> reprioritise();
            case 2 -> changeShare();
            case 3 -> revoke();
            default -> {}
        }
        final long costNs = random.nextLong(40_000L);
        ring.advance(costNs);
        order.endService(costNs, ring.nanoTime());
    }

    private void closeAll() {
        assertThat(events.counters().interested()).as(where).isEqualTo(declared.size());
        assertThat(events.counters().staleCompletions()).as(where).isZero();
        assertThat(events.counters().events()).as("events compared, %s", where).isGreaterThan(STEPS / 4L);
        events.close();
        for (final Declared open : declared) {
            assertThat(open.key.isValid()).as(where).isFalse();
            ring.host().close(open.fd);
        }
        assertThat(busy).as(where).noneMatch(Operation::isBusy);
        assertThat(ring.host().openDescriptors()).as(where).isEqualTo(OPERATIONS);
    }
}
