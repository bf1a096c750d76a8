package dev.sluice.aio;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;

/**
 * {@code sun.misc.Signal}, which the module jdk.unsupported exports and JEP 260 keeps; by name, because javac warns of
 * every mention of it and cannot be told not to. A signalfd would read nothing: HotSpot's threads leave signals unblocked.
 */
final class JvmSignals {
    private JvmSignals() {}

    /**
     * Has {@code received} run, on a thread of the JVM, each time the signal comes.
     *
     * @return what handled it before
     * @throws IllegalArgumentException with the JVM's reason, if it does not know the signal or keeps it to itself
     */
    static Object handle(String name, Runnable received) {
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
    static void restore(String name, Object handler) {
        install(name, handler);
    }

    private static Object install(String name, Object handler) {
        try {
            final Class<?> type = Class.forName("sun.misc.Signal");
            final Object signal = type.getConstructor(String.class).newInstance(name);
            return type.getMethod("handle", type, Class.forName("sun.misc.SignalHandler"))
                    .invoke(null, signal, handler);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(
                    "SIG" + name + " cannot be handled: " + e.getCause().getMessage(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM lets no signal be handled", e);
        }
    }
}
