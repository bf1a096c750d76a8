// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.operation;

import dev.sluice.events.table.TableEntry;
import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;
import org.jspecify.annotations.Nullable;

/**
 * An operation that the queue was asked for. For the layer that offers operations: it subclasses this, and drives it through
 * {@link OperationPort}. Each step of its life has one word:
 *
 * <pre>
 *               begin                     submit
 *   IDLE ------------------> WAITING ------------------> SUBMITTED ---+
 *    ^                       |  |  ^                      |  ^        | complete,
 *    |                       |  |  |  complete, the last  |  |        | and more to come
 *    |              withdraw |  |  +----------------------+  +--------+
 *    |                       |  | end
 *    |        release        v  v
 *    +---------------------- ENDED
 *
 *   step      what it means                                     who takes it                    its hook
 *   begin     was asked for; has an id, a slot, a container     OperationPort.begin
 *   wait      in a line for its turn, for another thread, or    whoever began it
 *             until SQEs may be claimed
 *   submit    its SQE is written                                OperationPort.submit            prepare
 *   complete  a CQE has come; after the last it waits again,    the queue, as it drains         completed
 *             to be ended or submitted once more
 *   end       its result is known, its event is queued, its     OperationPort.end
 *             id is void
 *   release   its event was handled, or the queue is closed;    the queue, when it is asked     released
 *             the object may be begun again                     for the next event
 *   withdraw  was cancelled while it waited: it ends now        OperationPort.cancel, or a      withdrawn
 *                                                               deadline that has passed
 * </pre>
 *
 * <p>Every operation begun ends in exactly one terminal event, however it was cancelled; but one that {@link OperationPort#endSilently} ends, of
 * which nobody is told, is released at once. Until its end an operation keeps everything alive that the kernel may touch. It {@linkplain #isBusy
 * is busy} from its begin to its release, and {@linkplain #isUnderWay under way} from its begin to its end.
 *
 * <p>Belongs to the thread of its queue.
 */
public abstract class Operation extends TableEntry {
    enum State {
        IDLE,
        WAITING,
        SUBMITTED,
        ENDED
    }

    /** The first and last of the errors that the kernel keeps to itself, else: include/linux/errno.h. */
    private static final int ERESTARTSYS = 512;

    private static final int ERESTART_RESTARTBLOCK = 516;

    private final OperationPort port;

    State state = State.IDLE;

    /** Cancelled before its last completion; a result that is a descriptor will be closed, not delivered. */
    boolean cancelRequested;

    /** Made when one is first asked for, then kept. */
    @Nullable
    Deadline deadline;

    /** The deadline asked for the end, and nobody before it. */
    boolean timedOut;

    /** A device has it, or gets it with the next enter. */
    boolean atDevice;

    /** The ring's count of enters when the SQE was written. */
    long submittedAtEnter;

    int result;
    int flags;

    /**
     * For subclasses.
     *
     * @param port the queue's port
     */
    protected Operation(OperationPort port) {
        this.port = port;
    }

    /**
     * Writes the request; {@code user_data} is set by the queue. Called at every submission.
     *
     * @param sqe a zeroed entry
     */
    protected abstract void prepare(Sqe sqe);

    /**
     * Takes a completion. Called while completions are drained: it may call {@link OperationPort#end} and {@link
     * OperationPort#signal}; what needs an SQE is left to the task given to {@link OperationPort#whenClaimable}.
     *
     * @param completionResult the CQE's result
     * @param completionFlags the CQE's flags
     */
    protected abstract void completed(int completionResult, int completionFlags);

    /**
     * Takes a completion of what the kernel had when the queue was closed, in place of {@link #completed}: gives back what is not the queue's.
     * A thread of its own calls it, and nobody where the kernel does not show it, {@link dev.sluice.uring.Ring#keepCompletions}.
     *
     * @param lateResult the CQE's result
     */
    @Override
    protected void completedLate(int lateResult) {
        if (yieldsDescriptor() && lateResult >= 0) {
            Descriptors.tryClose(lateResult); // whatever it says, there is nobody to tell
        }
    }

    /**
     * Tells whether a result that is not negative is a new descriptor.
     *
     * @return true for open and accept
     */
    protected boolean yieldsDescriptor() {
        return false;
    }

    /** It was cancelled while it waited: takes it out of every line. The queue ends it with {@code ECANCELED} then. */
    protected abstract void withdrawn();

    /**
     * Tells whether its end can be asked for now, by the application or by a deadline.
     *
     * @return false for what must go on, such as a close
     */
    public boolean isCancellable() {
        return true;
    }

    /**
     * Tells whether another thread is at it, which cannot be stopped. Asked to end it then goes on until that thread is through, and ends
     * itself, unless the queue is being closed: then it is withdrawn all the same.
     *
     * @return true from giving it to that thread until that has brought it back
     */
    protected boolean isElsewhere() {
        return false;
    }

    /** The deadline of what {@linkplain #isCancellable cannot be cancelled} has passed. Not called while completions are drained. */
    protected void overdue() {}

    /**
     * Tells whether cancellation was asked for.
     *
     * @return true from then until the operation is used again
     */
    protected final boolean isCancelRequested() {
        return cancelRequested;
    }

    /**
     * Tells whether the operation is begun and not released yet.
     *
     * @return false when it can be begun
     */
    public final boolean isBusy() {
        return state != State.IDLE;
    }

    /**
     * Tells whether the operation is begun and has not ended yet.
     *
     * @return false once the result is known
     */
    public final boolean isUnderWay() {
        return state == State.WAITING || state == State.SUBMITTED;
    }

    /**
     * Tells whether the kernel has it, or gets it with the next enter.
     *
     * @return true from its submission to its last completion
     */
    protected final boolean isSubmitted() {
        return state == State.SUBMITTED;
    }

    /**
     * Returns the operation's id, which no other operation of the queue will have soon.
     *
     * @return the id, valid while {@link #isUnderWay()}
     */
    public final long id() {
        return userData();
    }

    @Override
    protected final void reap(int completionResult, int completionFlags) {
        if ((completionFlags & CqeFlags.F_MORE) == 0) {
            if (atDevice) {
                atDevice = false;
                port.leftDevice();
            }
            state = State.WAITING; // the kernel is done with it; the subclass ends it or submits it again
        }
        completed(isInterruption(completionResult) ? -Errno.EINTR : completionResult, completionFlags);
    }

    /** A worker that was interrupted in an openat2 answers what a system call would be restarted by. */
    private static boolean isInterruption(int result) {
        return result <= -ERESTARTSYS && result >= -ERESTART_RESTARTBLOCK;
    }

    /** What operations have to claim they do in the task given to {@link OperationPort#whenClaimable}. */
    @Override
    protected final void claimNow() {}

    @Override
    protected final void cancelForClose() {
        port.cancelForClose(this);
    }

    @Override
    protected final void delivered() {
        state = State.IDLE;
        unassign();
        released();
    }

    @Override
    protected final void discarded() {
        delivered();
    }

    /** The terminal event was handled, or the queue is closed: gives back the object, which may be begun again. */
    protected abstract void released();

    @Override
    protected final Kind kind() {
        return Kind.COMPLETION;
    }

    @Override
    protected final int result() {
        return result;
    }

    @Override
    protected final int flags() {
        return flags;
    }

    @Override
    protected String describe() {
        return Opcode.name(operation())
                + (state == State.ENDED ? " -> " + (result < 0 ? Errno.name(-result) : result) : " " + state);
    }
}
