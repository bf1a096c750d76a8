// SPDX-License-Identifier: Apache-2.0
package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.sluice.aio.OpenOptions;
import dev.sluice.samples.files.CacheControl;
import dev.sluice.samples.files.ErrorPages;
import dev.sluice.samples.files.FileOptions;
import dev.sluice.samples.files.ServerOptions;
import dev.sluice.samples.net.Cidr;
import dev.sluice.samples.net.Trust;
import dev.sluice.uring.RingOptions;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: who knows one kind of options knows them all. They begin at {@code defaults()}; {@code withX} gives others, in which X is changed;
 * a bad value is refused by its name, with what is allowed; their text has every value. Method: reflection on all that are called so.
 */
class OptionsShapeTest {
    /** There is no default for what is served, and where. */
    private static final ServerOptions OF_SERVER = ServerOptions.of(Path.of("."), new InetSocketAddress(0));

    private static final Set<String> GIVEN = Set.of("directory", "address");

    /** Apart are those of openat2(2), which begin at what a file is opened for, and whose flags add up. */
    static Stream<Class<?>> options() {
        return new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("dev.sluice").stream()
                        .filter(each -> each.getSimpleName().endsWith("Options"))
                        .filter(each -> each.getModifiers().contains(JavaModifier.PUBLIC))
                        .filter(each -> !each.isEquivalentTo(OpenOptions.class))
                        .map(JavaClass::reflect);
    }

    @ParameterizedTest
    @MethodSource("options")
    void shouldChangeWhatAMethodIsNamedForAndBesideItOnlyWhatIsReservedOfThat(Class<?> type) throws Exception {
        final Object defaults = defaultsOf(type);
        final Map<String, Object> before = valuesOf(defaults);
        final Set<String> changeable = new TreeSet<>(GIVEN);
        for (final Method with : withMethodsOf(type)) {
            final Object[] arguments = goodArgumentsOf(with, before);

            final Map<String, Object> after = valuesOf(with.invoke(defaults, arguments));

            assertThat(with.getReturnType()).as("%s", with).isEqualTo(type);
            assertThat(after.get(nameOf(with)))
                    .as("%s", with)
                    .isEqualTo(isOfAMap(with) ? Map.of(arguments[0], arguments[1]) : arguments[0]);
            changeable.add(nameOf(with));
            after.entrySet().removeAll(before.entrySet());
            changeable.addAll(after.keySet());
            after.remove(nameOf(with));
            assertThat(after.keySet()).as("%s", with).allMatch(name -> name.contains("Reserved"));
        }
        assertThat(changeable).as("of %s", type).containsAll(before.keySet());
        assertThat(valuesOf(defaults)).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("options")
    void shouldRefuseABadValueByItsNameWithWhatIsAllowed(Class<?> type) throws Exception {
        final Object defaults = defaultsOf(type);
        for (final Method with : withMethodsOf(type)) {
            for (int i = 0; i < (isOfAMap(with) ? 1 : with.getParameterCount()); i++) {
                final Object[] arguments = goodArgumentsOf(with, valuesOf(defaults));
                if (arguments[i] instanceof Boolean) {
                    continue; // there is no bad one
                }
                arguments[i] = badValue(with.getParameterTypes()[i]);

                final Throwable thrown = catchThrowable(() -> with.invoke(defaults, arguments));

                assertThat(thrown).as("%s", with).isInstanceOf(InvocationTargetException.class);
                if (arguments[i] == null) {
                    assertThat(thrown.getCause()).as("%s", with).isInstanceOf(NullPointerException.class);
                } else {
                    assertThat(thrown.getCause())
                            .as("%s", with)
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageMatching(".* must be .*: .*" + (i == 0 ? nameOf(with) : "Reserved\\w*") + "="
                                    + arguments[i] + "\\b.*");
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("options")
    void shouldTellAllValuesByTheirNames(Class<?> type) throws Exception {
        final Object defaults = defaultsOf(type);

        assertThat(defaults.toString()).startsWith(type.getSimpleName() + "[").endsWith("]");
        valuesOf(defaults)
                .forEach((name, value) -> assertThat(defaults.toString()).contains(name + "=" + value));
    }

    private static Object defaultsOf(Class<?> type) throws ReflectiveOperationException {
        return type == ServerOptions.class
                ? OF_SERVER
                : type.getMethod("defaults").invoke(null);
    }

    private static List<Method> withMethodsOf(Class<?> type) {
        final List<Method> found = Stream.of(type.getMethods())
                .filter(method -> method.getName().startsWith("with"))
                .toList();
        assertThat(found).as("%s", type).isNotEmpty();
        return found;
    }

    private static Map<String, Object> valuesOf(Object options) throws ReflectiveOperationException {
        final Map<String, Object> values = new TreeMap<>();
        for (final Method method : options.getClass().getDeclaredMethods()) {
            if (method.getParameterCount() == 0
                    && Modifier.isPublic(method.getModifiers())
                    && !Modifier.isStatic(method.getModifiers())
                    && !Set.of("toString", "hashCode").contains(method.getName())) {
                values.put(method.getName(), method.invoke(options));
            }
        }
        return values;
    }

    /** Such a method changes one entry. */
    private static boolean isOfAMap(Method with) {
        return with.getParameterCount() > 1 && with.getParameterTypes()[0].isEnum();
    }

    private static String nameOf(Method with) {
        final String name = with.getName().substring("with".length());
        return Character.toLowerCase(name.charAt(0)) + name.substring(1) + (isOfAMap(with) ? "s" : "");
    }

    /** Next to the value that is there; 1 for what is reserved. */
    private static Object[] goodArgumentsOf(Method with, Map<String, Object> values) {
        final Class<?>[] types = with.getParameterTypes();
        final Object[] arguments = new Object[types.length];
        for (int i = 0; i < types.length; i++) {
            arguments[i] = goodValue(types[i], i == 0 ? values.get(nameOf(with)) : 0);
        }
        return arguments;
    }

    private static Object goodValue(Class<?> type, Object present) {
        if (type == boolean.class) {
            return !(boolean) present;
        } else if (type == int.class) {
            final int value = ((Number) present).intValue();
            return value == 0 ? 1 : value - 1;
        } else if (type == long.class) {
            final long value = ((Number) present).longValue();
            return value == 0L ? 1L : value - 1L;
        } else if (type == Duration.class) {
            return ((Duration) present).minusNanos(1L);
        } else if (type == RingOptions.class) {
            return new RingOptions(1, 2);
        } else if (type == List.class) {
            return List.of();
        } else if (type == Set.class) {
            return Set.of();
        } else if (type == FileOptions.class) {
            return FileOptions.defaults().withListings(true);
        } else if (type == Trust.class) {
            return new Trust(List.of(Cidr.parse("10.0.0.1")), List.of());
        } else if (type == CacheControl.class) {
            return CacheControl.NONE.withRule("*", "no-store");
        } else if (type == ErrorPages.class) {
            return ErrorPages.NONE.withPage("404", "404.html");
        } else if (type.isEnum()) {
            return Stream.of(type.getEnumConstants())
                    .filter(constant -> constant != present)
                    .findFirst()
                    .orElseThrow();
        }
        return Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> method.getName().equals("equals")
                        ? proxy == arguments[0]
                        : method.getName().equals("hashCode") ? 0 : "other");
    }

    private static Object badValue(Class<?> type) {
        if (type == int.class) {
            return Integer.MIN_VALUE;
        } else if (type == long.class) {
            return Long.MIN_VALUE;
        } else if (type == Duration.class) {
            return Duration.ofNanos(-1L);
        }
        return null;
    }
}
