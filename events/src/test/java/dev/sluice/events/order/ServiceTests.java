// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.order;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Containers that are served on a manual clock, and how much of it each had. */
abstract class ServiceTests {
    static final long MICROSECOND_NS = 1_000L;
    static final long MILLISECOND_NS = 1_000_000L;

    final ResourceContainer root = ResourceContainer.root("root");
    final Set<ResourceContainer> busy = new HashSet<>();
    final Set<ResourceContainer> goingOn = new HashSet<>();
    final Map<ResourceContainer, Long> costNs = new HashMap<>();
    final Map<ResourceContainer, Long> servedNs = new HashMap<>();
    SignalledEvents events = new SignalledEvents(0L, 0L);
    long nowNs;

    /** From now on the container has an event that goes on with something whenever the last one was handled. */
    final ResourceContainer goingOn(ResourceContainer container, long handlerNs) {
        goingOn.add(container);
        costNs.put(container, handlerNs);
        signal(container, true);
        return container;
    }

    /** From now on the container always has an event pending, whose handler takes {@code handlerNs}. */
    final ResourceContainer busy(ResourceContainer container, long handlerNs) {
        busy.add(container);
        signalOnce(container, handlerNs);
        return container;
    }

    final void signalOnce(ResourceContainer container, long handlerNs) {
        costNs.put(container, handlerNs);
        signal(container);
    }

    final void signal(ResourceContainer container) {
        signal(container, false);
    }

    /** One that goes on with something, or begins it. */
    final void signal(ResourceContainer container, boolean continues) {
        final Signal signal = new TestSignal(continues);
        signal.place = events.placeOf(container);
        events.add(signal);
    }

    final ResourceContainer serveOne(int minPriority) {
        final Signal signal = events.take(minPriority);
        final ResourceContainer container = signal.container();
        final long handlerNs = costNs.get(container);
        if (busy.contains(container)) {
            events.add(signal); // it is signalled again while it is handled
        }
        nowNs += handlerNs;
        servedNs.merge(container, handlerNs, Long::sum);
        events.endService(handlerNs, nowNs);
        if (goingOn.contains(container)) {
            signal(container, true);
        }
        return container;
    }

    final void serveUntil(long untilNs) {
        while (nowNs < untilNs) {
            serveOne(Priority.IDLE);
        }
    }

    final void serveUntilServed(ResourceContainer awaited) {
        ResourceContainer served;
        do {
            served = serveOne(Priority.IDLE);
        } while (served != awaited);
    }

    final void serveFor(long durationNs) {
        servedNs.clear();
        serveUntil(nowNs + durationNs);
    }

    final double fractionOf(ResourceContainer container) {
        final long totalNs =
                servedNs.values().stream().mapToLong(Long::longValue).sum();
        return (double) servedNs.getOrDefault(container, 0L) / totalNs;
    }
}
