// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.containers.DecayByUse;
import dev.sluice.containers.Priority;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.containers.spi.Charging;
import dev.sluice.containers.spi.Limiting;
import dev.sluice.containers.spi.Scheduling;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.events.operation.QueueDescriptors;
import dev.sluice.events.operation.QueueResources;
import dev.sluice.events.order.Signal;
import dev.sluice.events.order.TestSignal;
import dev.sluice.events.timing.TimerWheel;
import dev.sluice.uring.simulated.SimulatedFaults;
import dev.sluice.uring.simulated.SimulatedRing;
import dev.sluice.uring.testing.ForeignThread;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Goal: what belongs to the queue's thread, and its containers, refuse every other one before anything has changed. Method: each public
 * method is called from another thread; the list is complete but for what only returns a value, and what is for all threads.
 * The same methods say that the queue is closed when it is.
 */
class ForeignThreadTest extends SimulatedQueueFixture {
    /** What only returns a value. */
    private static final Set<String> READABLE = Set.of(
            "InterestKey.attachment",
            "InterestKey.container",
            "InterestKey.fd",
            "InterestKey.interestOps",
            "InterestKey.isValid",
            "OperationPort.completedInline",
            "QueueDescriptors.discardsUnderWay",
            "OperationPort.enters",
            "OperationPort.descriptors",
            "OperationPort.features",
            "OperationPort.resources",
            "OperationPort.isMoreUrgentPending",
            "OperationPort.nowNs",
            "ResourceContainer.decay",
            "ResourceContainer.decays",
            "ResourceContainer.effectivePriority",
            "ResourceContainer.fixedShare",
            "ResourceContainer.inUse",
            "ResourceContainer.isClosed",
            "ResourceContainer.limit",
            "ResourceContainer.name",
            "ResourceContainer.parent",
            "ResourceContainer.path",
            "ResourceContainer.principal",
            "ResourceContainer.priority",
            "ResourceContainer.share",
            "Limiting.bindingOf",
            "Scheduling.bindingOf",
            "Scheduling.decayedPriorityRisesAtNs",
            "Timer.attachment",
            "Timer.container",
            "Timer.deadlineNs",
            "Timer.isStarted");

    private static final Set<String> FOR_ALL_THREADS = Set.of(
            "EventQueue.binding",
            "EventQueue.features",
            "EventQueue.nanoTime",
            "EventQueue.operations",
            "EventQueue.wakeup",
            "ResourceContainer.usage");

    /** What the close of the queue, which is refused itself, does to what layers have left with it. */
    private static final Set<String> OF_THE_CLOSE =
            Set.of("QueueResources.close", "QueueResources.free", "QueueResources.unregister");

    private static final List<Class<?>> OF_THE_QUEUE = List.of(
            EventBatch.class,
            EventQueue.class,
            InterestKey.class,
            OperationPort.class,
            QueueDescriptors.class,
            QueueResources.class,
            ResourceContainer.class,
            Timer.class);

    /** Whose methods are static. */
    private static final List<Class<?>> OF_CONTAINERS = List.of(Charging.class, Limiting.class, Scheduling.class);

    /** What containers have outlives the queue; to end what has ended already is no error; the rest changes nothing. */
    private static final Set<String> AFTER_THE_CLOSE = Set.of(
            "EventBatch.next",
            "EventQueue.close",
            "EventQueue.closeWithin",
            "OperationPort.cancel",
            "OperationPort.cancelAfter",
            "OperationPort.changedForClaims",
            "QueueDescriptors.closeAside",
            "QueueResources.closed",
            "QueueResources.registeredBuffers",
            "OperationPort.expectInline",
            "OperationPort.end",
            "OperationPort.endSilently",
            "OperationPort.pause",
            "Timer.cancel");

    private static final Pattern ABOUT_CONTAINERS =
            Pattern.compile("(ResourceContainer|Charging|Limiting|Scheduling)\\.");

    private final Map<String, Callable<?>> calls = new HashMap<>();
    private OperationPort port;
    private PollOperation held;
    private EventBatch batch;

    private void each(Class<?> type, Map<String, Callable<?>> ofType) {
        ofType.forEach((name, call) -> calls.put(type.getSimpleName() + "." + name, call));
    }

    /** Of everything that belongs to the queue there is one, and each of its methods is in {@link #calls}. */
    private void listCalls() {
        normal.setDecay(new DecayByUse(1_000_000_000L, 1_000L, 1));
        final Timer timer = events.newTimer(normal, "timer");
        timer.start(0L);
        ring.advance(TimerWheel.TICK_NS);
        port = events.operations();
        held = new PollOperation(port, 3);
        port.begin(held, normal, "held");
        final PollOperation fresh = new PollOperation(port, 3);
        final Signal signal = new TestSignal();
        batch = events.dequeueNextEvents(8, Priority.IDLE, 0L);
        each(EventBatch.class, Map.of("next", batch::next));
        each(
                OperationPort.class,
                Map.of(
                        "cancelAll", () -> port.cancelAll(normal),
                        "changedForClaims", run(port::changedForClaims),
                        "take", run(() -> port.take("bridge"))));
        each(
                EventQueue.class,
                Map.of(
                        "close", run(events::close),
                        "closeWithin", run(() -> events.closeWithin(1L)),
                        "counters", events::counters,
                        "declareInterest", () -> events.declareInterest(3, InterestOps.READABLE, normal, null),
                        "dequeueNextEvents", () -> events.dequeueNextEvents(1, Priority.IDLE, 0L),
                        "keyOf", () -> events.keyOf(3),
                        "newMailbox", () -> events.newMailbox(1, normal, null),
                        "newTimer", () -> events.newTimer(normal, null),
                        "oldestPendingNs", () -> events.oldestPendingNs(Priority.NORMAL),
                        "revokeInterest", () -> events.revokeInterest(List.of())));
        each(
                OperationPort.class,
                Map.of(
                        "begin", () -> port.begin(fresh, normal, null),
                        "cancel", () -> port.cancel(held),
                        "cancelAfter", () -> port.cancelAfter(held, 1L),
                        "checkUsable", run(port::checkUsable),
                        "claimsSoon", run(() -> port.claimsSoon(held)),
                        "find", () -> port.find(held.id()),
                        "end", run(() -> port.end(held, 0, 0)),
                        "endSilently", run(() -> port.endSilently(held)),
                        "pause", run(() -> port.pause(held)),
                        "submit", run(() -> port.submit(held))));
        each(
                OperationPort.class,
                Map.of(
                        "expectInline", run(port::expectInline),
                        "limitWorkers", run(() -> port.limitWorkers(1)),
                        "signal", run(() -> port.signal(signal, held)),
                        "submitToDevice", run(() -> port.submitToDevice(held)),
                        "whenClaimable", run(() -> port.whenClaimable(() -> {}))));
        each(
                QueueDescriptors.class,
                Map.of(
                        "checkStreamSocket", () -> port.descriptors().checkStreamSocket(3),
                        "closeAside", run(() -> port.descriptors().closeAside(3)),
                        "closing", run(() -> port.descriptors().closing(3)),
                        "discard", run(() -> port.descriptors().discard(3))));
        each(
                QueueResources.class,
                Map.of(
                        "atClose",
                        run(() -> port.resources().atClose(() -> {})),
                        "closed",
                        run(() -> port.resources().closed(() -> {})),
                        "openBufferRing",
                        () -> port.resources().openBufferRing(1, 4_096),
                        "registeredBuffers",
                        () -> port.resources().registeredBuffers()));
        each(
                Charging.class,
                Map.of(
                        "chargeDisk", run(() -> Charging.chargeDisk(normal, 1L, 1L)),
                        "chargeEvent", run(() -> Charging.chargeEvent(normal, 1L)),
                        "chargeSocket", run(() -> Charging.chargeSocket(normal, 1L))));
        each(Limiting.class, Map.of("bind", run(() -> Limiting.bind(normal, null))));
        each(
                Scheduling.class,
                Map.of(
                        "bind", run(() -> Scheduling.bind(normal, null)),
                        "chargeRecentUse", run(() -> Scheduling.chargeRecentUse(normal, 1L, 1L)),
                        "decayedPriority", () -> Scheduling.decayedPriority(normal, 1L)));
        each(
                ResourceContainer.class,
                Map.of(
                        "child", () -> normal.child("child"),
                        "close", run(normal::close),
                        "setDecay", run(() -> normal.setDecay(null)),
                        "setFixedShare", run(() -> normal.setFixedShare(1)),
                        "setLimit", run(() -> normal.setLimit(Resource.CONNECTIONS, 1L)),
                        "setParent", run(() -> normal.setParent(normal.parent())),
                        "setPriority", run(() -> normal.setPriority(1)),
                        "setShare", run(() -> normal.setShare(1))));
        each(
                Timer.class,
                Map.of(
                        "cancel", timer::cancel,
                        "start", run(() -> timer.start(1L)),
                        "startAt", run(() -> timer.startAt(1L))));

        assertThat(calls.keySet()).containsExactlyInAnyOrderElementsOf(methodsToRefuse());
    }

    @Test
    void shouldBeRefusedByAllThatBelongsToTheQueueOrItsContainers() throws Exception {
        listCalls();
        for (final Map.Entry<String, Callable<?>> call : calls.entrySet()) {
            assertThat(ForeignThread.failureOf(call.getValue()))
                    .as(call.getKey())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("elsewhere");
        }

        assertThat(batch.next().attachment()).isEqualTo("timer");
        assertThat(batch.next()).isNull();
        port.end(held, 0, 0);
        assertThat(events.dequeueNextEvents(8, Priority.IDLE, 0L).next().attachment())
                .isEqualTo("held");
    }

    @Test
    void shouldSayThatTheQueueIsClosedAfterThat() {
        listCalls();
        calls.keySet()
                .removeIf(name -> AFTER_THE_CLOSE.contains(name)
                        || ABOUT_CONTAINERS.matcher(name).lookingAt());

        events.close();

        calls.forEach((name, call) -> assertThatIllegalStateException()
                .as(name)
                .isThrownBy(call::call)
                .withMessage("this event queue is closed"));
    }

    @Test
    void shouldStayWithTheirThreadWhenOneOfTwoQueuesIsClosed() throws Exception {
        events.newTimer(normal, null);
        final EventQueue other =
                EventQueue.over(new SimulatedRing(2L, 64, 256, SimulatedFaults.NONE), EventQueueOptions.defaults());
        other.newTimer(bulk, null);

        events.close();

        assertThat(ForeignThread.failureOf(() -> root.child("child"))).isInstanceOf(IllegalStateException.class);
        other.close();
        assertThat(ForeignThread.failureOf(() -> root.child("child"))).isNull();
        assertThatIllegalStateException().isThrownBy(() -> other.newTimer(bulk, null));
    }

    private static Callable<?> run(Runnable call) {
        return () -> {
            call.run();
            return null;
        };
    }

    private static Set<String> methodsToRefuse() {
        final Set<String> methods = ForeignThread.methodsOf(OF_THE_QUEUE);
        for (final Class<?> type : OF_CONTAINERS) {
            for (final Method method : type.getDeclaredMethods()) {
                if (Modifier.isPublic(method.getModifiers())) {
                    methods.add(type.getSimpleName() + "." + method.getName());
                }
            }
        }
        methods.removeAll(READABLE);
        methods.removeAll(FOR_ALL_THREADS);
        methods.removeAll(OF_THE_CLOSE);
        return methods;
    }
}
