// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventHandler;
import dev.sluice.events.EventQueue;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.reflect.Executable;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: a lambda, without a cast, wherever something that brings events is started or made. Method: each public method and constructor of what a
 * module exports that takes an attachment, which is an {@code Object}, is looked at; beside it there is the same with an {@link
 * EventHandler} in that place, or, on a descriptor, a short form for what {@code handledBy} returns.
 */
class HandlerFormsTest {
    private static final String HANDLED_BY = "handledBy";

    @ParameterizedTest
    @ValueSource(classes = {EventQueue.class, AsyncIo.class})
    void shouldBeThereForEachFormThatTakesAnAttachment(Class<?> ofModule) throws Exception {
        final List<Executable> forms = exportedBesides(ofModule)
                .flatMap(HandlerFormsTest::publicForms)
                .filter(form -> attachmentOf(form) >= 0)
                .distinct()
                .toList();

        assertThat(forms).isNotEmpty();
        assertThat(forms)
                .filteredOn(form -> !hasHandlerForm(form) && !hasShortForm(form))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(classes = {AsyncFile.class, AsyncSocket.class})
    void shouldBeHadForAnyContainerOfWhatHasShortForms(Class<?> descriptor) throws Exception {
        assertThat(descriptor.getMethod(HANDLED_BY, EventHandler.class).getReturnType())
                .isEqualTo(descriptor);
        assertThat(descriptor
                        .getMethod(HANDLED_BY, EventHandler.class, ResourceContainer.class)
                        .getReturnType())
                .isEqualTo(descriptor);
    }

    /** The public classes of the packages that are exported to everybody. */
    private static Stream<Class<?>> exportedBesides(Class<?> known) throws Exception {
        final ModuleReference module =
                ModuleFinder.of(placeOf(known)).findAll().iterator().next();
        final Set<String> packages = module.descriptor().exports().stream()
                .filter(exported -> !exported.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toSet());
        try (ModuleReader reader = module.open()) {
            final List<String> names = reader.list()
                    .filter(name -> name.endsWith(".class") && name.contains("/"))
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .filter(name -> packages.contains(name.substring(0, name.lastIndexOf('.'))))
                    .toList();
            assertThat(names).contains(known.getName());
            return names.stream().<Class<?>>map(HandlerFormsTest::load).filter(type -> isPublic(type.getModifiers()));
        }
    }

    private static Path placeOf(Class<?> known) throws URISyntaxException {
        return Path.of(known.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, HandlerFormsTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isPublic(int modifiers) {
        return Modifier.isPublic(modifiers);
    }

    private static Stream<Executable> publicForms(Class<?> type) {
        return Stream.concat(Arrays.stream(type.getMethods()), Arrays.stream(type.getConstructors()))
                .filter(form -> !form.isSynthetic() && !form.getName().equals("equals"));
    }

    /** The place of the parameter; -1 if there is none. A type variable, such as a message's, is no {@code Object}. */
    private static int attachmentOf(Executable form) {
        return Arrays.asList(form.getGenericParameterTypes()).indexOf(Object.class);
    }

    private static boolean hasHandlerForm(Executable form) {
        final Class<?>[] parameters = form.getParameterTypes();
        parameters[attachmentOf(form)] = EventHandler.class;
        return isThere(form, parameters);
    }

    /** Without the last two, which are container and attachment. */
    private static boolean hasShortForm(Executable form) {
        final Class<?>[] parameters = form.getParameterTypes();
        final int kept = parameters.length - 2;
        return AsyncDescriptor.class.isAssignableFrom(form.getDeclaringClass())
                && attachmentOf(form) == kept + 1
                && parameters[kept] == ResourceContainer.class
                && isThere(form, Arrays.copyOf(parameters, kept));
    }

    private static boolean isThere(Executable form, Class<?>... parameters) {
        return publicForms(form.getDeclaringClass())
                .anyMatch(other ->
                        other.getName().equals(form.getName()) && Arrays.equals(other.getParameterTypes(), parameters));
    }
}
