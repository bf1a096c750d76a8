// SPDX-License-Identifier: Apache-2.0
package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.sluice.aio.AsyncIo;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventQueue;
import dev.sluice.uring.Ring;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: nothing that programs use changes unnoticed. Method: what a module exports to everybody is held against the file API in its
 * folder; {@code -Dapi.accept} writes that anew.
 */
class ApiTest {
    /** By folder, a type that stands for the module. */
    static final Map<String, Class<?>> FACES = Map.of(
            "uring", Ring.class,
            "containers", ResourceContainer.class,
            "events", EventQueue.class,
            "aio-bridge", AsyncIo.class);

    static Set<String> modules() {
        return FACES.keySet();
    }

    @ParameterizedTest
    @MethodSource("modules")
    void shouldOfferWhatIsWrittenDown(String module) throws IOException {
        final SortedSet<String> offered = Api.of(exportedFrom(FACES.get(module)));
        final Path file = Path.of("..", module, "API");
        if (System.getProperty("api.accept") != null) {
            Files.write(file, offered);
        }
        final List<String> written = Files.readAllLines(file);

        final List<String> changes = new ArrayList<>();
        written.stream().filter(line -> !offered.contains(line)).forEach(line -> changes.add("- " + line));
        offered.stream().filter(line -> !written.contains(line)).forEach(line -> changes.add("+ " + line));

        assertThat(changes)
                .as(
                        "%s has changed; if that is wanted: mvn -Dquick test -pl perf -am -Dtest=ApiTest -Dapi.accept",
                        file)
                .isEmpty();
    }

    /** All public types of the packages that the module of {@code face} exports without naming readers. */
    private static List<Class<?>> exportedFrom(Class<?> face) throws IOException {
        final Set<String> packages = packagesOf(face);
        return new ClassFileImporter()
                .importPackages(packages).stream()
                        .map(JavaClass::reflect)
                        .filter(type -> isPublic(type)
                                && packages.contains(type.getPackageName())
                                && placeOf(type).equals(placeOf(face)))
                        .<Class<?>>map(type -> type)
                        .toList();
    }

    static Set<String> packagesOf(Class<?> face) throws IOException {
        try (URLClassLoader classes = new URLClassLoader(new URL[] {placeOf(face)}, null);
                InputStream descriptor =
                        classes.findResource("module-info.class").openStream()) {
            return ModuleDescriptor.read(descriptor).exports().stream()
                    .filter(exported -> !exported.isQualified())
                    .map(ModuleDescriptor.Exports::source)
                    .collect(Collectors.toSet());
        }
    }

    private static boolean isPublic(Class<?> type) {
        final boolean outside = type.getEnclosingClass() == null || isPublic(type.getEnclosingClass());
        return outside && (type.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0;
    }

    private static URL placeOf(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
    }
}
