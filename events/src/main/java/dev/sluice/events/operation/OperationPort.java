// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.operation;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.interest.InterestSet;
import dev.sluice.events.order.Signal;
import dev.sluice.events.order.Signals;
import dev.sluice.events.reaping.Reaper;
import dev.sluice.events.table.UserData;
import dev.sluice.events.timing.TimerWheel;
import dev.sluice.uring.RingFeatures;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.linux.Errno;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a layer that offers operations may do with an event queue: begin, submit, end, cancel. There is one
 * reaper and one queue; operations of every kind go through here. {@link Operation} draws their life.
 *
 * <p>All methods belong to the thread of the queue; those that change something throw {@link IllegalStateException} on another.
 */
public final class OperationPort {
    /** Nothing was begun: too many operations are under way. Ask again after the next event. */
    public static final long BACK_PRESSURED = -1L;

    private final Reaper reaper;
    private final QueueDescriptors descriptors;
    private final QueueResources resources;

    private boolean taken;

    /**
     * Made by the queue, once.
     *
     * @param reaper the queue's
     * @param interests what is declared on it
     * @param resources what is to be closed with it
     */
    public OperationPort(Reaper reaper, InterestSet<?> interests, QueueResources resources) {
        this.reaper = reaper;
        descriptors = new QueueDescriptors(reaper, interests);
        this.resources = resources;
    }

    /**
     * Makes the caller the one by which operations of this queue are begun: what it counts and limits is all there is.
     *
     * @param what the caller's name for itself, for the error
     * @throws IllegalStateException if there is one already, the queue is closed, or the calling thread is not its owner
     */
    public void take(String what) {
        reaper.checkUsable();
        if (taken) {
            throw new IllegalStateException("this queue has its " + what + " already: share that one");
        }
        taken = true;
    }

    /**
     * Begins an operation: gives it its id, its container and its attachment. It waits until {@link #submit}.
     *
     * @param operation not busy
     * @param container charged for it; the terminal event comes at its priority
     * @param attachment handed out with the event, may be null
     * @return the id, or {@link #BACK_PRESSURED} with nothing begun
     * @throws IllegalStateException if the operation is busy, the queue is closed, or the calling thread is not its owner
     */
    public long begin(Operation operation, ResourceContainer container, @Nullable Object attachment) {
        reaper.checkUsable();
        if (operation.isBusy()) {
            throw new IllegalStateException("begun twice: " + operation.describe());
        }
        final int kind = operation.yieldsDescriptor() ? UserData.KIND_DESCRIPTOR : UserData.KIND_OPERATION;
        if (!reaper.takeSlot(operation, kind, container, attachment)) {
            return BACK_PRESSURED;
        }
        operation.cancelRequested = false;
        operation.timedOut = false;
        operation.state = Operation.State.WAITING;
        return operation.id();
    }

    /**
     * Writes the operation's SQE; it reaches the kernel with the next enter. Not while completions are drained. If its {@link
     * Operation#prepare} throws, so does this, and the operation still waits.
     *
     * @param operation waits
     * @throws IllegalStateException if it does not
     */
    public void submit(Operation operation) {
        checkWaits(operation);
        submit(operation, reaper.claims.claim(operation));
    }

    /**
     * As {@link #submit}, for what keeps a device busy: while events are handed out the ring is entered after a few more of
     * them, not after a batch, since a device that runs out of work would be idle for so long.
     *
     * @param operation waits
     * @throws IllegalStateException if it does not
     */
    public void submitToDevice(Operation operation) {
        checkWaits(operation);
        submit(operation, reaper.claims.claim(operation));
        reaper.claims.claimedForDevice();
        operation.atDevice = true;
    }

    /** One that was given to {@link #submitToDevice} is back. */
    void leftDevice() {
        reaper.claims.leftDevice();
    }

    private void checkWaits(Operation operation) {
        if (operation.state != Operation.State.WAITING) {
            reaper.checkUsable();
            throw new IllegalStateException("submitted twice or not begun: " + operation.describe());
        }
    }

    private void submit(Operation operation, Sqe sqe) {
        try {
            operation.prepare(sqe);
        } catch (RuntimeException | Error e) {
            sqe.prepNop().flags(0).ioprio(0).userData(UserData.encode(0L, UserData.KIND_NOTHING, 0));
            throw e;
        }
        operation.state = Operation.State.SUBMITTED;
        operation.submittedAtEnter = reaper.ring.statistics().enters();
    }

    /**
     * Ends the operation: queues its terminal event. Its id is void from now on.
     *
     * @param operation waits; after a completion that was its last, too
     * @param result shown by the event
     * @param flags shown by the event
     * @throws IllegalStateException if the kernel still has it, or it has ended already
     */
    public void end(Operation operation, int result, int flags) {
        endWait(operation);
        operation.result = operation.timedOut && isOfCancellation(result) ? -Errno.ETIME : result;
        operation.flags = flags;
        operation.state = Operation.State.ENDED;
        reaper.signalled.add(operation);
    }

    /**
     * Ends and releases an operation without an event: for what nobody waits for. Its id is void from now on, and it may be begun again.
     *
     * @param operation waits; after a completion that was its last, too
     * @throws IllegalStateException if the kernel still has it, or it has ended already
     */
    public void endSilently(Operation operation) {
        endWait(operation);
        operation.delivered();
    }

    private void endWait(Operation operation) {
        reaper.checkOwner();
        if (operation.state != Operation.State.WAITING) {
            throw new IllegalStateException("ended in the kernel or twice: " + operation.describe());
        }
        endDeadline(operation);
        reaper.freeSlot(operation);
    }

    /**
     * Tells whether an event is pending that is to be handed out before whatever {@code operation} leads to.
     *
     * @param operation under way
     * @return true if a higher band has something pending
     */
    public boolean isMoreUrgentPending(Operation operation) {
        final int band = Signals.band(operation);
        return band < Priority.MAX && reaper.signalled.hasAtLeast(band + 1);
    }

    /**
     * Queues one event of an operation that goes on, at the place of that operation.
     *
     * @param signal not queued
     * @param source the operation it comes from
     */
    public void signal(Signal signal, Operation source) {
        reaper.checkUsable();
        reaper.signalled.addOf(source, signal);
    }

    /**
     * Finds an operation by its id.
     *
     * @param id from {@link #begin}
     * @return the operation, or null if it is not under way any more
     */
    public @Nullable Operation find(long id) {
        reaper.checkUsable();
        return reaper.table.find(id) instanceof Operation operation ? operation : null;
    }

    /**
     * Asks for the end of an operation. Its terminal event comes in any case: with {@code ECANCELED}, or with the
     * result that could not be stopped any more. Not while completions are drained.
     *
     * @param operation the operation
     * @return false if it is not under way
     */
    public boolean cancel(Operation operation) {
        reaper.checkOwner();
        switch (operation.state) {
            case WAITING -> {
                operation.cancelRequested = true;
                if (!operation.isElsewhere()) {
                    withdraw(operation);
                }
                return true;
            }
            case SUBMITTED -> {
                if (!operation.cancelRequested) {
                    reaper.cancelInKernel(operation);
                    operation.cancelRequested = true;
                }
                return true;
            }
            default -> {
                return false;
            }
        }
    }

    private void withdraw(Operation operation) {
        operation.withdrawn();
        end(operation, -Errno.ECANCELED, 0);
    }

    /** The queue is being closed: what another thread is at is left to that. */
    void cancelForClose(Operation operation) {
        cancel(operation);
        if (operation.state == Operation.State.WAITING) {
            withdraw(operation);
        }
    }

    /**
     * Asks for the end of everything that is under way for a container and its descendants, of each as by {@link #cancel}, but for
     * what {@linkplain Operation#isCancellable cannot be cancelled} now. Declared interest and timers stay. Looks at all that is
     * under way on the queue. Not while completions are drained.
     *
     * @param container whose operations, and its descendants'
     * @return how many operations that is, those included whose end was asked for before
     * @throws IllegalStateException if the queue is closed, or the calling thread is not its owner
     */
    public int cancelAll(ResourceContainer container) {
        reaper.checkUsable();
        Objects.requireNonNull(container, "container");
        int cancelled = 0;
        for (int slot = 0; slot < reaper.table.slots(); slot++) {
            if (reaper.table.entryAt(slot) instanceof Operation operation
                    && isOf(operation.container(), container)
                    && operation.isCancellable()
                    && cancel(operation)) {
                cancelled++;
            }
        }
        return cancelled;
    }

    private static boolean isOf(@Nullable ResourceContainer charged, ResourceContainer ancestor) {
        ResourceContainer container = charged;
        while (container != null && container != ancestor) {
            container = container.parent();
        }
        return container != null;
    }

    /**
     * Gives an operation a deadline, in place of any it had: when it has passed, the end of the operation is asked for as by
     * {@link #cancel}, if it {@linkplain Operation#isCancellable can be} then. If that stops it, the terminal event's result
     * is {@code ETIME}. Allocates nothing but once for each {@link Operation} object.
     *
     * @param operation the operation
     * @param timeoutNs from now on, in nanoseconds; as accurate as a timer
     * @return false if it is not under way
     * @throws IllegalArgumentException if {@code timeoutNs} is negative
     */
    public boolean cancelAfter(Operation operation, long timeoutNs) {
        reaper.checkOwner();
        if (timeoutNs < 0L) {
            throw new IllegalArgumentException("timeoutNs must not be negative: timeoutNs=" + timeoutNs);
        }
        if (!operation.isUnderWay()) {
            return false;
        }
        reaper.checkUsable();
        if (operation.deadline == null) {
            operation.deadline = new Deadline(this, operation);
        } else {
            endDeadline(operation);
        }
        reaper.timers.start(operation.deadline, reaper.ring.nanoTime() + Math.min(timeoutNs, TimerWheel.LONGEST_NS));
        return true;
    }

    void expired(Operation operation) {
        if (operation.isCancellable()) {
            operation.timedOut = !operation.cancelRequested;
            cancel(operation);
        } else {
            operation.overdue();
        }
    }

    private void endDeadline(Operation operation) {
        if (operation.deadline != null && operation.deadline.isStarted()) {
            reaper.timers.cancel(operation.deadline);
        }
    }

    /** A worker that was interrupted in a system call answers {@code EINTR}. */
    private static boolean isOfCancellation(int result) {
        return result == -Errno.ECANCELED || result == -Errno.EINTR;
    }

    /**
     * Asks the kernel to end a multishot operation that its owner will submit again, as {@link #submit} can once its
     * last completion is in. Not while completions are drained.
     *
     * @param operation submitted; of no effect on any other
     */
    public void pause(Operation operation) {
        reaper.checkOwner();
        if (operation.state == Operation.State.SUBMITTED) {
            reaper.cancelInKernel(operation);
        }
    }

    /**
     * Has {@link #completedInline} know about an operation that is being prepared: the enter that submits it does not wait,
     * which costs a second one only if the kernel answers nothing on the spot.
     */
    public void expectInline() {
        reaper.checkOwner();
        reaper.expectInline();
    }

    /**
     * Tells whether the kernel answered an operation on the spot, within the enter that submitted it: for a read, that
     * the page cache had it all.
     *
     * @param operation just completed, prepared with {@link #expectInline}
     * @return false if it waited for something, or may have
     */
    public boolean completedInline(Operation operation) {
        return operation.submittedAtEnter + 1 >= reaper.ring.statistics().enters() && !reaper.waitedInLastEnter();
    }

    /**
     * Returns the queue's last reading of the clock: when the present event was handed out, or the ring was left.
     * Costs a memory read.
     *
     * @return as {@link System#nanoTime()}, late by no more than the present handler has run
     */
    public long nowNs() {
        return reaper.nowNs();
    }

    /**
     * Returns how often the ring was entered: what was submitted before the count rose has been tried by the kernel.
     *
     * @return the count
     */
    public long enters() {
        return reaper.ring.statistics().enters();
    }

    /**
     * Has {@code task} run whenever SQEs may be claimed: before each enter and after each drain of completions. What a
     * completion or a handler leaves to be submitted is submitted there.
     *
     * @param task what it throws reaches {@link dev.sluice.events.ErrorHandler#hookFailed}, or, without a loop, whoever dequeues
     * @return pauses it
     */
    public ClaimableTask whenClaimable(Runnable task) {
        reaper.checkUsable();
        return new ClaimableTask(reaper.tasks, task);
    }

    /**
     * Says that tasks given to {@link #whenClaimable} are to look anew at what they hold back, since who may go has changed: the ring is
     * entered before the next event is handed out, unless that is of the highest band.
     */
    public void changedForClaims() {
        reaper.checkOwner();
        reaper.claims.soon(Priority.MAX);
    }

    /**
     * Says that a task given to {@link #whenClaimable} has something to submit for an operation: while events are handed out
     * the ring is entered for it as soon as for what {@link #submit} has written.
     *
     * @param operation under way
     */
    public void claimsSoon(Operation operation) {
        reaper.checkUsable();
        reaper.claims.soon(Signals.band(operation));
    }

    /**
     * Limits the threads that carry out what cannot be done without waiting.
     *
     * @param workers for files; those for sockets stay as they are
     * @throws dev.sluice.uring.RingException if the kernel refuses
     */
    public void limitWorkers(int workers) {
        reaper.checkUsable();
        reaper.ring.registration().limitWorkers(workers, 0);
    }

    /**
     * Returns what the queue does about descriptors of its layers.
     *
     * @return always the same object
     */
    public QueueDescriptors descriptors() {
        return descriptors;
    }

    /**
     * Returns where a layer registers memory with the ring, and leaves what is to be closed with the queue.
     *
     * @return always the same object
     */
    public QueueResources resources() {
        return resources;
    }

    /**
     * Returns what the ring can do.
     *
     * @return the features
     */
    public RingFeatures features() {
        return reaper.ring.features();
    }

    /**
     * Throws unless the queue is open and the calling thread owns it.
     *
     * @throws IllegalStateException naming what is wrong
     */
    public void checkUsable() {
        reaper.checkUsable();
    }
}
