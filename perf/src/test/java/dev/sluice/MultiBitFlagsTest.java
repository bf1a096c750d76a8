// SPDX-License-Identifier: Apache-2.0
package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.call.Inotify;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.memory.Statx;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Goal: a flag of several bits, one of which means something else by itself - O_TMPFILE has that of O_DIRECTORY, S_IFBLK that of S_IFDIR -
 * is compared as a whole. Method: no source tests it for not being zero.
 */
class MultiBitFlagsTest {
    private static final List<String> MODULES =
            List.of("uring", "containers", "events", "aio-bridge", "samples", "perf");

    @Test
    void shouldBeComparedAsAWhole() throws IOException, IllegalAccessException {
        final Set<String> names = multiBitFlags();
        assertThat(names).contains("O_TMPFILE", "S_IFBLK", "S_IFMT").doesNotContain("O_DIRECTORY", "S_IFDIR");
        final Pattern testedForZero = testedForZero(names);
        assertThat("(flags & (OpenFlags.O_CREAT | OpenFlags.O_TMPFILE)) == 0").containsPattern(testedForZero);
        assertThat("(mode & S_IFBLK) != 0").containsPattern(testedForZero);
        assertThat("(mode & Statx.S_IFMT) == Statx.S_IFREG").doesNotContainPattern(testedForZero);

        for (final Path source : sources()) {
            assertThat(Files.readString(source)).as("%s", source).doesNotContainPattern(testedForZero);
        }
    }

    /** All but sets of flags, of which any may be meant. */
    private static Set<String> multiBitFlags() throws IllegalAccessException {
        final Set<String> names = new TreeSet<>();
        for (final Class<?> constants : List.of(OpenFlags.class, Statx.class, Inotify.class)) {
            for (final Field field : constants.getFields()) {
                if (Modifier.isStatic(field.getModifiers())
                        && field.getType() == int.class
                        && field.getName().contains("_")
                        && !field.getName().startsWith("STATX_")
                        && !field.getName().endsWith("_BYTES")
                        && field.getInt(null) > 0
                        && Integer.bitCount(field.getInt(null)) > 1) {
                    names.add(field.getName());
                }
            }
        }
        names.remove("IN_ALL_EVENTS");
        return names;
    }

    private static Pattern testedForZero(Set<String> names) {
        final String anyName = names.stream().collect(Collectors.joining("|", "\\b(", ")\\b"));
        return Pattern.compile("&\\s*\\(?[\\w\\s.|]*" + anyName + "[\\w\\s.|]*\\)*\\s*[!=]=\\s*0");
    }

    private static List<Path> sources() throws IOException {
        final List<Path> sources = new ArrayList<>();
        for (final String module : MODULES) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src"))) {
                files.filter(file -> file.toString().endsWith(".java") && !file.endsWith("MultiBitFlagsTest.java"))
                        .forEach(sources::add);
            }
        }
        assertThat(sources).hasSizeGreaterThan(100);
        return sources;
    }
}
