// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativePathTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"/absent/a b", "/absent/100%", "/absent/%41", "/absent/a?b#c;d", "/absent/tab\there", "/absent/*"
            })
    void shouldKeepEveryByteOfTheName(String name) {
        assertThat(NativePath.toBytes(Path.of(name))).isEqualTo((name + "\0").getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void shouldKeepBytesThatNoCharacterSetOfTheJvmHas() {
        final Path path = Path.of(URI.create("file:///absent/%C3%BC%FF"));

        assertThat(NativePath.toBytes(path))
                .isEqualTo(
                        new byte[] {'/', 'a', 'b', 's', 'e', 'n', 't', '/', (byte) 0xc3, (byte) 0xbc, (byte) 0xff, 0});
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"absent", "absent/b", "..", "../absent", "a/./b/../c", "", "/", "/../absent", "/a/./b/../c"})
    void shouldLeaveThePathAsItIs(String path) {
        assertThat(NativePath.toBytes(Path.of(path))).isEqualTo((path + "\0").getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void shouldNotAskTheFileSystemWhatIsThere(@TempDir Path folder) {
        final String bytes = new String(NativePath.toBytes(folder), StandardCharsets.UTF_8);

        assertThat(bytes).as("no slash tells that it is a directory").isEqualTo(folder + "\0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"absent", "a/./b/../c", "..", "/absent", "/a/./b/../c"})
    void shouldConvertBack(String path) {
        final byte[] bytes = path.getBytes(StandardCharsets.UTF_8);

        assertThat(NativePath.ofBytes(bytes)).isEqualTo(Path.of(path));
    }

    @Test
    void shouldRefusePathsOfOtherFileSystems(@TempDir Path folder) throws Exception {
        final URI zip = URI.create("jar:" + folder.resolve("a.zip").toUri());
        try (FileSystem other = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
            assertThatThrownBy(() -> NativePath.toBytes(other.getPath("/x")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("not a path of the default file system: ");
        }
    }
}
