// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.order;

import dev.sluice.containers.ResourceContainer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** What those ask of a {@link Signal} who hand it out: the cursor over a batch, and the close of the queue. */
@NullMarked
public final class Signals {
    private Signals() {}

    public static Signal.Kind kind(Signal signal) {
        return signal.kind();
    }

    /** As {@link Signal#container()}: not dispatched by what kind of signal it is. */
    public static @Nullable ResourceContainer container(Signal signal) {
        return signal.place == null ? null : signal.place.container;
    }

    /** As {@link Signal#attachment()}. */
    public static @Nullable Object attachment(Signal signal) {
        return signal.attachment;
    }

    public static int readyMask(Signal signal) {
        return signal.readyMask();
    }

    public static int operation(Signal signal) {
        return signal.operation();
    }

    public static int result(Signal signal) {
        return signal.result();
    }

    public static int flags(Signal signal) {
        return signal.flags();
    }

    public static @Nullable ByteBuffer buffer(Signal signal) {
        return signal.buffer();
    }

    public static int takeDescriptor(Signal signal) {
        return signal.takeDescriptor();
    }

    public static @Nullable Object message(Signal signal) {
        return signal.message();
    }

    public static long deadlineNs(Signal signal) {
        return signal.deadlineOfEventNs();
    }

    public static String describe(Signal signal) {
        return signal.describe();
    }

    /** The path of the container that it is for, {@code none} while it is not in use: for messages. */
    public static String containerPath(Signal signal) {
        final ResourceContainer container = container(signal);
        return container == null ? "none" : container.path();
    }

    /** The application is done with it. */
    public static void delivered(Signal signal) {
        signal.delivered();
    }

    /** It will not be handed out any more. */
    public static void discarded(Signal signal) {
        signal.discarded();
    }

    /** Takes away its container and its attachment. */
    public static void unassign(Signal signal) {
        signal.unassign();
    }

    /** The band of the container that it is for. Of another thread: one that was, of late. */
    @SuppressWarnings("NullAway") // asked of those in use only
    public static int band(Signal signal) {
        return signal.place.band;
    }
}
