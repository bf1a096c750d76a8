// SPDX-License-Identifier: Apache-2.0
package dev.sluice.containers.spi;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** To which thread a tree of containers belongs: that of the schedulers that serve it, until they or it have ended. */
final class TreeOwner {
    private static final SchedulerBinding[] NONE = {};

    /** Null while no scheduler serves the tree. */
    private @Nullable Thread thread;

    /**
     * One of each scheduler, the first that there was: the last one would be kept when everybody else has forgotten its
     * container. Never changed in place, since other threads look.
     */
    private SchedulerBinding[] bindings = NONE;

    /** Throws if the calling thread may not use the tree, to which {@code container} belongs. A memory read. */
    void check(ContainerNode container) {
        if (thread != null && thread != Thread.currentThread()) {
            checkEnded(container);
        }
    }

    private void checkEnded(ContainerNode container) {
        final Thread owner = thread;
        if (owner != null && owner.isAlive() && isServed(bindings)) {
            throw new IllegalStateException(
                    "container " + container.pathOfNames() + " belongs, with its tree, to the thread of the"
                            + " queue that serves it, " + owner.getName() + ", not to "
                            + Thread.currentThread().getName()
                            + ": ask that thread to do it, as by a message to its queue; only usage() may be called from"
                            + " elsewhere");
        }
        thread = null;
        bindings = NONE;
    }

    private static boolean isServed(SchedulerBinding[] bindings) {
        for (final SchedulerBinding binding : bindings) {
            if (!binding.hasEnded()) {
                return true;
            }
        }
        return false;
    }

    /** A container of the tree has the scheduler {@code after} in place of {@code before}, from the calling thread; null is none. */
    void bound(@Nullable SchedulerBinding before, @Nullable SchedulerBinding after) {
        if (after != null) {
            thread = Thread.currentThread();
            for (final SchedulerBinding binding : bindings) {
                if (binding.isOfSameScheduler(after)) {
                    return;
                }
            }
        }
        bindings = Stream.concat(Stream.of(bindings), Stream.ofNullable(after))
                .filter(binding -> binding != before && !binding.hasEnded())
                .toArray(SchedulerBinding[]::new);
        if (bindings.length == 0) {
            thread = null;
        }
    }
}
