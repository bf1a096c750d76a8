// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.DecayByUse;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.simulated.SimulatedFaults;
import dev.sluice.uring.simulated.SimulatedRing;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Goal: what a type says of null holds when it comes. Method: each public method of the queue and of containers that takes an object, once for
 * each such argument, with null in its place: taken where the type is {@code @Nullable}, else refused by name before anything has changed.
 */
class NullArgumentsTest extends SimulatedQueueFixture {
    private final InterestKey key = events.declareInterest(readable(), InterestOps.READABLE, normal, "key");

    /** Whose the methods are, unless they are static. */
    private final Map<Class<?>, Object> targets = Map.of(
            EventQueue.class,
            events,
            ResourceContainer.class,
            normal,
            Mailbox.class,
            events.newMailbox(4, normal, null));

    /** What is good for each parameter of a method, by its name and their types. */
    private final Map<String, Object[]> good = new HashMap<>();

    NullArgumentsTest() {
        final int readable = InterestOps.READABLE;
        good.put(
                "declareInterest(int, int, ResourceContainer, Object)", of(readable(), readable, normal, "attachment"));
        good.put(
                "declareInterest(int[], int, ResourceContainer, Object[])",
                of(new int[] {readable()}, readable, normal, new Object[] {"attachment"}));
        good.put("revokeInterest(InterestKey)", of(key));
        good.put("revokeInterest(Collection)", of(List.of(key)));
        good.put("newTimer(ResourceContainer, Object)", of(normal, "attachment"));
        good.put("newMailbox(int, ResourceContainer, Object)", of(4, normal, "attachment"));
        final EventHandler handler = event -> {};
        good.put(
                "declareInterest(int, int, ResourceContainer, EventHandler)",
                of(readable(), readable, normal, handler));
        good.put("newTimer(ResourceContainer, EventHandler)", of(normal, handler));
        good.put("newMailbox(int, ResourceContainer, EventHandler)", of(4, normal, handler));
        good.put("open(EventQueueOptions)", of(EventQueueOptions.defaults()));
        good.put(
                "over(Ring, EventQueueOptions)",
                of(new SimulatedRing(2L, 64, 256, SimulatedFaults.NONE), EventQueueOptions.defaults()));
        good.put("offer(Object)", of("message"));
        good.put("offerFrom(EventQueue, Object)", of(events, "message"));
        good.put("root(String)", of("root"));
        good.put("child(String)", of("child"));
        good.put("child(String, int)", of("child", 1));
        good.put("setParent(ResourceContainer)", of(normal.parent()));
        good.put("setDecay(DecayByUse)", of(new DecayByUse(1L, 1L, 1)));
        good.put("setLimit(Resource, long)", of(Resource.CONNECTIONS, 1L));
        good.put("limit(Resource)", of(Resource.CONNECTIONS));
        good.put("inUse(Resource)", of(Resource.CONNECTIONS));
    }

    private static Object[] of(Object... arguments) {
        return arguments;
    }

    @Test
    void shouldBeTakenWhereTheTypeSaysSoAndElseRefusedByName() throws Exception {
        final Set<String> unlisted = new HashSet<>(good.keySet());
        for (final Class<?> type : targets.keySet()) {
            for (final Method method : type.getDeclaredMethods()) {
                if (takesObjects(method)) {
                    final String signature = signature(method);
                    unlisted.remove(signature);
                    assertThat(good).containsKey(signature);
                    giveNull(method, targets.get(type), good.get(signature));
                }
            }
        }
        assertThat(unlisted).isEmpty();
    }

    private static boolean takesObjects(Method method) {
        return Modifier.isPublic(method.getModifiers())
                && !method.isSynthetic()
                && !method.getName().equals("equals")
                && Stream.of(method.getParameterTypes()).anyMatch(type -> !type.isPrimitive());
    }

    private static String signature(Method method) {
        final List<String> types = new ArrayList<>();
        for (final Class<?> type : method.getParameterTypes()) {
            types.add(type.getSimpleName());
        }
        return method.getName() + "(" + String.join(", ", types) + ")";
    }

    private void giveNull(Method method, Object target, Object[] arguments) throws IllegalAccessException {
        for (int i = 0; i < arguments.length; i++) {
            if (!method.getParameterTypes()[i].isPrimitive()) {
                final Object[] changed = arguments.clone();
                changed[i] = null;
                final QueueCounters before = events.counters();
                final Throwable thrown = failureOf(method, target, changed);
                if (mayBeNull(method, i)) {
                    assertThat(thrown).as("%s, argument %d", method, i).isNull();
                } else {
                    assertThat(thrown)
                            .as("%s, argument %d", method, i)
                            .isInstanceOfAny(NullPointerException.class, IllegalArgumentException.class)
                            .hasMessageFindingMatch("\\w");
                    assertThat(events.counters()).usingRecursiveComparison().isEqualTo(before);
                }
            }
        }
    }

    private static Throwable failureOf(Method method, Object target, Object[] arguments) throws IllegalAccessException {
        try {
            method.invoke(target, arguments);
            return null;
        } catch (InvocationTargetException e) {
            return e.getCause();
        }
    }

    private static boolean mayBeNull(Method method, int parameter) {
        return method.getAnnotatedParameterTypes()[parameter].isAnnotationPresent(Nullable.class);
    }
}
