// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.uring.CompletionHandler;
import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.Ring;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.function.IntUnaryOperator;

/**
 * A ring that keeps back what the kernel has completed, so that the n-th completion of one operation can be replaced by another verdict,
 * and so that something can be done just before it is seen. A descriptor that a replaced completion carried is closed.
 */
public final class FaultingRing implements InvocationHandler {
    /** In place of an operation's id: whichever there are. */
    public static final long ALL_OPERATIONS = -1L;

    /** In place of an operation's id: whichever answer with a descriptor. */
    static final long ALL_OPENS = -2L;

    private static final long NONE = -3L;
    private static final long OWN_CANCEL = -4L;
    private static final long PATIENCE_NS = 10_000_000_000L;

    /** In {@code user_data}, as the queue encodes it: kinds of what the application asked for. */
    private static final int KIND_SHIFT = 60;

    private static final int KIND_OPERATION = 2;
    private static final int KIND_DESCRIPTOR = 5;
    private static final int KIND_DISCARD = 8;

    private record Completion(long userData, int result, int flags) {}

    private final Ring ring;
    private final ArrayDeque<Completion> kept = new ArrayDeque<>();
    private long operation = NONE;
    private boolean coldFirst;
    private int faultyStep;
    private boolean pausing;
    private boolean paused;
    private IntUnaryOperator verdict;
    private int descriptorSteps;
    private int steps;

    public FaultingRing(Ring ring) {
        this.ring = ring;
    }

    public Ring asRing() {
        return (Ring) Proxy.newProxyInstance(Ring.class.getClassLoader(), new Class<?>[] {Ring.class}, this);
    }

    /**
     * From now on a step of an operation gets another result.
     *
     * @param id of the operation, or {@link #ALL_OPERATIONS}, or {@link #ALL_OPENS}
     * @param step 1 for the first; 0 for none
     * @param newVerdict what becomes of its result
     * @param pause whether everything stops before it, until {@link #goOn}
     */
    public void arm(long id, int step, IntUnaryOperator newVerdict, boolean pause) {
        operation = id;
        faultyStep = step;
        verdict = newVerdict;
        pausing = pause;
        paused = false;
        steps = 0;
        coldFirst = false;
        descriptorSteps = 0;
    }

    /** Also: so many first steps answer with a new descriptor, and the first finds that the caches have nothing. */
    void expect(int newDescriptorSteps, boolean newColdFirst) {
        descriptorSteps = newDescriptorSteps;
        coldFirst = newColdFirst;
    }

    public void disarm() {
        arm(NONE, 0, IntUnaryOperator.identity(), false);
    }

    /** How many completions the operation has had. */
    public int steps() {
        return steps;
    }

    boolean isPaused() {
        return paused;
    }

    void goOn() {
        pausing = false;
        paused = false;
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        switch (method.getName()) {
            case "drainCompletions" -> {
                return drain((CompletionHandler) arguments[0], (int) arguments[1]);
            }
            case "workPending" -> {
                return !kept.isEmpty() || ring.workPending();
            }
            case "submitAndWait" -> {
                if (!kept.isEmpty()) {
                    ring.submit();
                    return null;
                }
            }
            default -> {}
        }
        try {
            return method.invoke(ring, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private void keep(long userData, int result, int flags) {
        kept.add(new Completion(userData, result, flags));
    }

    private int drain(CompletionHandler handler, int limit) {
        ring.drainCompletions(this::keep, Integer.MAX_VALUE);
        int handled = 0;
        while (handled < limit && !kept.isEmpty()) {
            final Completion next = kept.peek();
            final boolean isStep = isOfTheOperation(next.userData);
            if (isStep && pausing && steps + 1 == faultyStep) {
                paused = true;
                return handled;
            }
            kept.remove();
            hand(next, isStep, handler);
            handled++;
        }
        return handled;
    }

    private boolean isOfTheOperation(long userData) {
        final int kind = (int) (userData >>> KIND_SHIFT);
        if (operation == ALL_OPENS) {
            return kind == KIND_DESCRIPTOR;
        }
        return operation == ALL_OPERATIONS ? kind == KIND_OPERATION || kind == KIND_DISCARD : userData == operation;
    }

    private void hand(Completion completion, boolean isStep, CompletionHandler handler) {
        int result = completion.result;
        int flags = completion.flags;
        if (isStep) {
            steps++;
            if (steps == 1 && coldFirst) {
                result = replace(completion, -Errno.EAGAIN);
            } else if (steps == faultyStep) {
                final int replaced = verdict.applyAsInt(result);
                if (replaced != result && (flags & CqeFlags.F_MORE) != 0) {
                    endInTheKernel(completion.userData);
                    flags = 0;
                }
                result = replaced == result ? result : replace(completion, replaced);
            }
        }
        handler.onCompletion(completion.userData, result, flags);
    }

    private int replace(Completion completion, int newResult) {
        if (completion.result >= 0 && steps <= descriptorSteps) {
            Descriptors.close(completion.result);
        }
        return newResult;
    }

    /** A multishot operation whose failure is told has failed in the kernel, too: nothing more may come of it. */
    private void endInTheKernel(long userData) {
        ring.tryClaim().prepCancel(userData).userData(OWN_CANCEL);
        boolean ended = false;
        boolean answered = false;
        while (!ended || !answered) {
            ring.submitAndWait(1, PATIENCE_NS);
            ring.drainCompletions(this::keep, Integer.MAX_VALUE);
            for (final Iterator<Completion> each = kept.iterator(); each.hasNext(); ) {
                final Completion completion = each.next();
                if (completion.userData == OWN_CANCEL) {
                    answered = true;
                    each.remove();
                } else if (completion.userData == userData) {
                    ended = ended || (completion.flags & CqeFlags.F_MORE) == 0;
                    if (completion.result >= 0 && steps <= descriptorSteps) {
                        Descriptors.close(completion.result);
                    }
                    each.remove();
                }
            }
        }
    }
}
