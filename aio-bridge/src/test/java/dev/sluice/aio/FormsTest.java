// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Goal: whoever starts an operation can say whose it is and who handles its event. Method: all public methods that return an id. Of what is
 * open each has a form for what was declared and one with container and attachment; of all else one with container and attachment, and
 * one with container and handler, for a lambda.
 */
class FormsTest {
    /** Declare whose the events are. */
    private static final Set<String> DECLARING = Set.of("open", "connect");

    /** They go on to have their events as they were declared. */
    private static final Set<String> OF_ITS_OWN = Set.of("OpenFileCache.close");

    private static final List<Class<?>> ENDING_WITH_ATTACHMENT = List.of(ResourceContainer.class, Object.class);
    private static final List<Class<?>> ENDING_WITH_HANDLER = List.of(ResourceContainer.class, EventHandler.class);

    private static boolean begins(Method method) {
        final String name = method.getDeclaringClass().getSimpleName() + "." + method.getName();
        return Modifier.isPublic(method.getModifiers())
                && method.getReturnType() == long.class
                && !ForeignThreadIT.READABLE.contains(name)
                && !OF_ITS_OWN.contains(name)
                && !name.equals("AsyncFile.sizeBytes");
    }

    private static boolean isDeclared(Method method) {
        return AsyncDescriptor.class.isAssignableFrom(method.getDeclaringClass())
                && !DECLARING.contains(method.getName());
    }

    private static boolean endsWith(Method method, List<Class<?>> last) {
        final List<Class<?>> types = Arrays.asList(method.getParameterTypes());
        final int before = types.size() - last.size();
        return before >= 0 && types.subList(before, types.size()).equals(last);
    }

    private static boolean exists(Method like, List<Class<?>> parameters) {
        try {
            return begins(like.getDeclaringClass().getDeclaredMethod(like.getName(), parameters.toArray(Class[]::new)));
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    private static List<Class<?>> plus(List<Class<?>> parameters, List<Class<?>> last) {
        return Stream.concat(parameters.stream(), last.stream()).toList();
    }

    @Test
    void shouldNameContainerAndAttachmentOrNeither() {
        final Set<String> missing = new TreeSet<>();
        for (final Class<?> type : ForeignThreadIT.OF_THE_QUEUE) {
            for (final Method method : type.getDeclaredMethods()) {
                if (begins(method)) {
                    missing.addAll(missingBeside(method));
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    private static List<String> missingBeside(Method method) {
        final List<Class<?>> types = Arrays.asList(method.getParameterTypes());
        final boolean full = endsWith(method, ENDING_WITH_ATTACHMENT);
        final boolean named = full || endsWith(method, ENDING_WITH_HANDLER);
        final List<Class<?>> bare = named ? types.subList(0, types.size() - 2) : types;
        final List<List<Class<?>>> forms = isDeclared(method)
                ? List.of(bare, plus(bare, ENDING_WITH_ATTACHMENT))
                : List.of(plus(bare, ENDING_WITH_ATTACHMENT), plus(bare, ENDING_WITH_HANDLER));
        return forms.stream()
                .filter(form -> !exists(method, form))
                .map(form -> method.getDeclaringClass().getSimpleName() + "." + method.getName()
                        + form.stream().map(Class::getSimpleName).toList())
                .toList();
    }
}
