// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.process;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;

/**
 * {@code sun.misc.Signal}, which the module jdk.unsupported exports and JEP 260 keeps; by name, because javac warns of
 * every mention of it and cannot be told not to. A signalfd would read nothing: HotSpot's threads leave signals unblocked.
 */
public final class JvmSignals {
    private static final String PREFIX = "SIG";

    private static final String WHAT_HELPS =
            "; a signal is named as by kill -l, such as TERM, HUP or USR1, and none that the JVM or the"
                    + " kernel keeps, as SEGV, FPE, ILL, QUIT, KILL, STOP and, with -Xrs, HUP, INT and TERM";

    private JvmSignals() {}

    /** Returns a signal's name as the JVM has it: without SIG, with which manuals and headers name it. */
    public static String nameOf(String signal) {
        return signal.startsWith(PREFIX) ? signal.substring(PREFIX.length()) : signal;
    }

    /**
     * Has {@code received} run, on a thread of the JVM, each time the signal comes.
     *
     * @return what handled it before
     * @throws IllegalArgumentException with the JVM's reason, if it does not know the signal or keeps it to itself
     */
    public static Object handle(String name, Runnable received) {
        try {
            final Class<?> handler = Class.forName("sun.misc.SignalHandler");
            final MethodHandle run = MethodHandles.publicLookup()
                    .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
                    .bindTo(received);
            return install(
                    name,
                    MethodHandleProxies.asInterfaceInstance(
                            handler, MethodHandles.dropArguments(run, 0, Class.forName("sun.misc.Signal"))));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM lets no signal be handled", e);
        }
    }

    /** Has {@code handler}, which {@link #handle} returned, handle the signal again. */
    public static void restore(String name, Object handler) {
        install(name, handler);
    }

    /** Sends the signal to this process. */
    static void raise(String name) {
        call(
                name,
                "cannot be raised",
                "",
                signal ->
                        signal.getClass().getMethod("raise", signal.getClass()).invoke(null, signal));
    }

    private static Object install(String name, Object handler) {
        return call(
                name,
                "cannot be handled",
                WHAT_HELPS,
                signal -> signal.getClass()
                        .getMethod("handle", signal.getClass(), Class.forName("sun.misc.SignalHandler"))
                        .invoke(null, signal, handler));
    }

    private interface Call {
        Object on(Object signal) throws ReflectiveOperationException;
    }

    private static Object call(String name, String failed, String whatHelps, Call call) {
        try {
            return call.on(Class.forName("sun.misc.Signal")
                    .getConstructor(String.class)
                    .newInstance(name));
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(
                    PREFIX + name + " " + failed + ": " + e.getCause().getMessage() + whatHelps, e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM lets no signal be handled", e);
        }
    }
}
