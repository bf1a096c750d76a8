// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.operation.IoContext;
import dev.sluice.aio.process.ChildExit;
import dev.sluice.aio.process.FirstSignal;
import dev.sluice.aio.process.JvmSignals;
import dev.sluice.aio.process.ProcessSignal;
import dev.sluice.aio.watch.PressureWatch;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventHandler;
import dev.sluice.events.EventQueue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What happens to the process and its host, as events of the queue: signals, exits of children, pressure on memory. Had from {@link
 * AsyncIo#process()}; belongs to the thread of the queue.
 */
public final class ProcessEvents {
    private final EventQueue queue;
    private final IoContext io;

    ProcessEvents(EventQueue queue, IoContext io) {
        this.queue = queue;
        this.io = io;
    }

    /**
     * Makes pressure on memory an event of the queue. Waits for the kernel, as does the close: for start-up.
     *
     * @param file {@link MemoryPressure#SYSTEM}, or the {@code memory.pressure} of a control group
     * @param trigger how much within which window
     * @param container charged, and at whose priority the events come
     * @param attachment handed out with each event, may be null
     * @return the watch, until it is closed
     * @throws IOException if the kernel has no such information, does not let this process watch it, or refuses the
     *     trigger; names the file, the trigger and what helps
     * @throws IllegalStateException if too many operations are under way
     */
    public MemoryPressure watchMemoryPressure(
            Path file, PressureTrigger trigger, ResourceContainer container, @Nullable Object attachment)
            throws IOException {
        io.port().checkUsable();
        Objects.requireNonNull(container, "container");
        return new MemoryPressure(PressureWatch.watch(io, queue, file, trigger.line(), container, attachment));
    }

    /**
     * As {@link #watchMemoryPressure(Path, PressureTrigger, ResourceContainer, Object)}, for a lambda.
     *
     * @param file {@link MemoryPressure#SYSTEM}, or the {@code memory.pressure} of a control group
     * @param trigger how much within which window
     * @param container charged, and at whose priority the events come
     * @param handler of the events, may be null
     * @return the watch, until it is closed
     * @throws IOException if the kernel has no such information, does not let this process watch it, or refuses the trigger
     */
    public MemoryPressure watchMemoryPressure(
            Path file, PressureTrigger trigger, ResourceContainer container, @Nullable EventHandler handler)
            throws IOException {
        return watchMemoryPressure(file, trigger, container, (Object) handler);
    }

    /**
     * Makes a signal of the process an event of the queue, in place of what the JVM does about it, until {@link AsyncIo#cancel}
     * or the close of the queue, when that applies again.
     *
     * <p>As with any signal one is pending at most; the event's result is how often it came since the last one, its flags
     * have {@link dev.sluice.uring.CqeFlags#F_MORE}, its message is the name, without SIG. The last event is without flag and message:
     * {@code ECANCELED}.
     *
     * @param name such as {@code TERM}, {@code INT} or {@code HUP}, with or without SIG before it. {@code USR2} is taken by HotSpot itself for
     *     its sampling of threads: not while Flight Recorder runs. {@code HUP}, {@code INT} and {@code TERM} stay ignored if
     *     they were when the JVM started, as by nohup(1): nothing comes then
     * @param container charged, and at whose priority the events come
     * @param attachment handed out with each event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException with the JVM's reason, and what names there are, if it does not know the signal, or keeps it to itself as SEGV,
     *     FPE, ILL, KILL, STOP, QUIT, and, started with -Xrs, HUP, INT and TERM
     * @throws IllegalStateException if the signal is watched already in this process
     */
    public long watchSignal(String name, ResourceContainer container, @Nullable Object attachment) {
        io.port().checkUsable();
        return new ProcessSignal(io.port(), io.arrivals(), JvmSignals.nameOf(name)).begin(container, attachment);
    }

    /**
     * As {@link #watchSignal(String, ResourceContainer, Object)}, for a lambda.
     *
     * @param name such as {@code TERM}, {@code INT} or {@code HUP}
     * @param container charged, and at whose priority the events come
     * @param handler of the events, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long watchSignal(String name, ResourceContainer container, @Nullable EventHandler handler) {
        return watchSignal(name, container, (Object) handler);
    }

    /**
     * Makes the first of some signals of the process an event: for those that ask a server to stop. What the JVM does about
     * them applies again at once, before the event is handed out: who sends a second one ends the process, also if the
     * queue's thread hangs. The event's result is 0, its message the name, without SIG.
     *
     * <p>{@link AsyncIo#cancel} or the close of the queue gives them back to the JVM, too.
     *
     * @param names each as in {@link #watchSignal}
     * @param container charged, and at whose priority the event comes
     * @param attachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     * @throws IllegalArgumentException as {@link #watchSignal}, or if there are no names
     * @throws IllegalStateException if one of the signals is watched already in this process
     * @see <a href="https://man7.org/linux/man-pages/man2/sigaction.2.html">sigaction(2), SA_RESETHAND</a>
     */
    public long awaitSignal(Collection<String> names, ResourceContainer container, @Nullable Object attachment) {
        io.port().checkUsable();
        if (names.isEmpty()) {
            throw new IllegalArgumentException("no signal to wait for");
        }
        return new FirstSignal(io.port(), io.arrivals())
                .begin(names.stream().map(JvmSignals::nameOf).toList(), container, attachment);
    }

    /**
     * As {@link #awaitSignal(Collection, ResourceContainer, Object)}, for a lambda.
     *
     * @param names each as in {@link #watchSignal}
     * @param container charged, and at whose priority the event comes
     * @param handler of the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long awaitSignal(Collection<String> names, ResourceContainer container, @Nullable EventHandler handler) {
        return awaitSignal(names, container, (Object) handler);
    }

    /**
     * Makes the exit of a child an event: its result is the exit value, as {@link Process#exitValue()} gives it, its message
     * the {@link Process}. It comes once, also if the child has exited before.
     *
     * <p>The JDK waits for each child it has started and nobody else can, so it is asked: for processes that it has not
     * started there is no exit value to be had.
     *
     * @param process started by this process
     * @param container charged, and at whose priority the event comes
     * @param attachment handed out with the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long awaitExit(Process process, ResourceContainer container, @Nullable Object attachment) {
        io.port().checkUsable();
        Objects.requireNonNull(process, "process");
        return new ChildExit(io.port(), io.arrivals(), process).begin(container, attachment);
    }

    /**
     * As {@link #awaitExit(Process, ResourceContainer, Object)}, for a lambda.
     *
     * @param process started by this process
     * @param container charged, and at whose priority the event comes
     * @param handler of the event, may be null
     * @return the operation's id, or {@link AsyncIo#BACK_PRESSURED}
     */
    public long awaitExit(Process process, ResourceContainer container, @Nullable EventHandler handler) {
        return awaitExit(process, container, (Object) handler);
    }
}
