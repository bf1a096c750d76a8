package dev.sluice.samples;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;

/**
 * SIGTERM and SIGINT: the first one asks the server to stop, the second one ends the process at once.
 *
 * <p>A shutdown hook would not do: the process would exit with 143, however well it drained. So it is {@code
 * sun.misc.Signal}, which the module jdk.unsupported exports and JEP 260 keeps; by name, because javac warns of every
 * mention of it and cannot be told not to.
 */
final class StopSignals {
    /** What a shell reports of a process that a signal ended is this and the signal's number. */
    private static final int SIGNALLED = 128;

    private final Runnable stop;
    private final AtomicBoolean stopping = new AtomicBoolean();

    private StopSignals(Runnable stop) {
        this.stop = stop;
    }

    static void install(Runnable stop) {
        final StopSignals signals = new StopSignals(stop);
        signals.handle("TERM", 15);
        signals.handle("INT", 2);
    }

    private void handle(String name, int number) {
        try {
            final Class<?> signal = Class.forName("sun.misc.Signal");
            final Class<?> handler = Class.forName("sun.misc.SignalHandler");
            final IntConsumer received = this::received;
            final MethodHandle receivedNumber = MethodHandles.insertArguments(
                    MethodHandles.publicLookup()
                            .findVirtual(IntConsumer.class, "accept", MethodType.methodType(void.class, int.class)),
                    0,
                    received,
                    number);
            signal.getMethod("handle", signal, handler)
                    .invoke(
                            null,
                            signal.getConstructor(String.class).newInstance(name),
                            MethodHandleProxies.asInterfaceInstance(
                                    handler, MethodHandles.dropArguments(receivedNumber, 0, signal)));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM does not let SIG" + name + " be handled", e);
        }
    }

    private void received(int number) {
        if (stopping.compareAndSet(false, true)) {
            stop.run();
        } else {
            Runtime.getRuntime().halt(SIGNALLED + number);
        }
    }
}
