// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.events.operation.Operation;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.events.order.ModelEntry;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.PollMask;
import java.util.ArrayList;
import java.util.List;

/** The operations of a {@link ModelledQueue}. */
final class ModelledOperations {
    static final int OPERATIONS = 20;

    private final ModelledQueue queue;
    private final List<Modelled> idle = new ArrayList<>();
    private final List<Modelled> busy = new ArrayList<>();

    ModelledOperations(ModelledQueue queue) {
        this.queue = queue;
        for (int i = 0; i < OPERATIONS; i++) {
            idle.add(new Modelled());
        }
    }

    private final class Modelled extends PollOperation implements ModelledQueue.Expected {
        ModelEntry entry;
        Object given;
        int due;

        Modelled() {
            super(queue.events.operations(), queue.ring.host().open());
        }

        @Override
        public ModelEntry entry() {
            return entry;
        }

        @Override
        public void assertShownBy(Event event, String where) {
            assertThat(event.kind()).as(where).isEqualTo(EventKind.COMPLETION);
            assertThat(event.attachment()).as(where).isEqualTo(given);
            assertThat(event.result()).as(where).isEqualTo(due);
            busy.remove(this);
        }

        @Override
        public void handled() {
            idle.add(this);
        }
    }

    private Modelled beginAny() {
        final Modelled begun = idle.remove(queue.random.nextInt(idle.size()));
        queue.ring.host().setReady(begun.fd, 0);
        begun.entry = queue.containers.any();
        begun.given = queue.nextAttachment();
        begun.due = 0;
        final long id = queue.events.operations().begin(begun, begun.entry.container, begun.given);
        assertThat(id).as(queue.where).isNotEqualTo(OperationPort.BACK_PRESSURED);
        assertThat(queue.events.operations().find(id)).as(queue.where).isSameAs(begun);
        busy.add(begun);
        queue.order.liveChanged(begun.entry, 1);
        return begun;
    }

    void begin() {
        if (!idle.isEmpty()) {
            queue.events.operations().submit(beginAny());
        }
    }

    void beginAndCancelWhileHeld() {
        if (!idle.isEmpty()) {
            final Modelled held = beginAny();
            assertThat(queue.events.operations().cancel(held)).as(queue.where).isTrue();
            ended(held, -Errno.ECANCELED);
        }
    }

    void complete() {
        final Modelled completing = anyUnderWay();
        if (completing != null) {
            queue.ring.host().setReady(completing.fd, PollMask.POLLIN);
            ended(completing, PollMask.POLLIN);
        }
    }

    void cancel() {
        final Modelled cancelled = anyUnderWay();
        if (cancelled != null) {
            assertThat(queue.events.operations().cancel(cancelled))
                    .as(queue.where)
                    .isTrue();
            assertThat(queue.events.operations().cancel(cancelled))
                    .as(queue.where)
                    .isTrue();
            ended(cancelled, -Errno.ECANCELED);
        }
    }

    private Modelled anyUnderWay() {
        final Modelled operation = busy.isEmpty() ? null : busy.get(queue.random.nextInt(busy.size()));
        return operation == null || operation.due != 0 ? null : operation;
    }

    private void ended(Modelled operation, int result) {
        operation.due = result;
        queue.order.liveChanged(operation.entry, -1);
        queue.signalled(operation, operation);
    }

    void assertClosed() {
        assertThat(busy).as(queue.where).noneMatch(Operation::isBusy);
        assertThat(idle).as(queue.where).noneMatch(Operation::isBusy);
    }
}
