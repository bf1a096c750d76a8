// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.header;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Constants of ours, by reflection, beside what the installed headers say of each. */
final class HeaderNumbers {

    private final CProgram program;
    private final Map<String, Long> ours = new TreeMap<>();

    HeaderNumbers(String... headers) {
        program = new CProgram(headers);
    }

    /** The values of a class's public primitive constants by name. */
    static Map<String, Long> constants(Class<?> type) {
        final Map<String, Long> constants = new TreeMap<>();
        for (final Field field : type.getFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType().isPrimitive()) {
                try {
                    constants.put(field.getName(), ((Number) field.get(null)).longValue());
                } catch (IllegalAccessException e) {
                    throw new AssertionError("a public field: " + field, e);
                }
            }
        }
        return constants;
    }

    /** Asks for the C expression that a constant is to be equal to, which these headers must have. */
    void ask(Class<?> type, String name, String expression) {
        askIf("1", type, name, expression);
    }

    /** As {@link #ask}, of headers that may be too old for it. */
    void askIf(String condition, Class<?> type, String name, String expression) {
        final String key = type.getSimpleName() + "." + name;
        ours.put(key, constants(type).get(name));
        program.askIf(condition, key, expression);
    }

    /** Asks the headers. Constants they do not have must be among {@code mayBeAbsent}, and more than {@code most} compared. */
    void assertEqual(Path folder, Set<String> mayBeAbsent, int most) throws Exception {
        final Map<String, Long> theirs = program.run(folder);

        final Set<String> absent = new TreeSet<>(ours.keySet());
        absent.removeAll(theirs.keySet());
        assertThat(mayBeAbsent).containsAll(absent);
        ours.keySet().removeAll(absent);
        assertThat(ours).isEqualTo(theirs).hasSizeGreaterThan(most);
    }
}
