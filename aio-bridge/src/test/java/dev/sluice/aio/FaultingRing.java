package dev.sluice.aio;

import dev.sluice.uring.CompletionHandler;
import dev.sluice.uring.Descriptors;
import dev.sluice.uring.Ring;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** A ring whose n-th completion of one operation is replaced by a failure; what it had opened is closed. */
final class FaultingRing implements InvocationHandler {
    private final Ring ring;
    private long operation;
    private int failingStep;
    private int errno;
    private int descriptorSteps;
    private int steps;

    FaultingRing(Ring ring) {
        this.ring = ring;
    }

    Ring asRing() {
        return (Ring) Proxy.newProxyInstance(Ring.class.getClassLoader(), new Class<?>[] {Ring.class}, this);
    }

    /** From now on; step 0 fails nothing. So many first steps of the operation answer with a new descriptor. */
    void fail(long id, int step, int newErrno, int newDescriptorSteps) {
        operation = id;
        failingStep = step;
        errno = newErrno;
        descriptorSteps = newDescriptorSteps;
        steps = 0;
    }

    /** How many completions the operation has had. */
    int steps() {
        return steps;
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("drainCompletions")) {
            final CompletionHandler handler = (CompletionHandler) arguments[0];
            return ring.drainCompletions(
                    (userData, result, flags) -> handler.onCompletion(userData, verdict(userData, result), flags),
                    (int) arguments[1]);
        }
        try {
            return method.invoke(ring, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private int verdict(long userData, int result) {
        if (userData != operation || ++steps != failingStep) {
            return result;
        }
        if (result >= 0 && steps <= descriptorSteps) {
            Descriptors.close(result);
        }
        return -errno;
    }
}
