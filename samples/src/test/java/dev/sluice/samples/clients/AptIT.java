// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.samples.files.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repository of Debian packages. */
class AptIT {
    private static final List<String> NAMES = List.of("first", "second", "third");
    private static final int LARGE_BYTES = 500_000;

    @TempDir
    Path folder;

    private Path www;
    private Path work;

    private static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    private void makeRepository() throws Exception {
        www = Files.createDirectory(folder.resolve("www"));
        final Tool dpkg = Tool.needed("dpkg-deb", folder);
        final StringBuilder index = new StringBuilder();
        for (final String name : NAMES) {
            final String control =
                    "Package: " + name + "\nVersion: 1.0\nArchitecture: all\nMaintainer: n <e@test>\nDescription: d\n";
            final Path tree = folder.resolve("tree").resolve(name);
            TestFiles.write(tree, "DEBIAN/control", control);
            TestFiles.writeRandom(tree, "content", LARGE_BYTES);
            final Path file = file(name);
            dpkg.run("--build", tree, file);
            index.append(control).append("Filename: ./").append(file.getFileName());
            index.append("\nSize: ").append(Files.size(file));
            index.append("\nSHA256: ").append(sha256(file)).append("\n\n");
        }
        final Path packages = TestFiles.write(www, "Packages", index.toString());
        TestFiles.write(
                www,
                "Release",
                "Date: Thu, 01 Jan 2026 00:00:00 UTC\nSHA256:\n " + sha256(packages) + " " + Files.size(packages)
                        + " Packages\n");
    }

    private Path file(String name) {
        return www.resolve(name + "_1.0_all.deb");
    }

    private Tool aptGet(TappedServer server) throws IOException {
        work = folder.resolve("work");
        Files.createDirectories(work.resolve("var/lib/apt/lists/partial"));
        Files.createDirectories(work.resolve("var/cache/apt/archives/partial"));
        TestFiles.write(work, "status", "");
        TestFiles.write(work, "etc/apt/sources.list", "deb [trusted=yes] " + server.url("/") + " ./\n");
        final Path configuration = TestFiles.write(
                work,
                "apt.conf",
                "Dir \"" + work + "\"; Dir::State::status \"" + work + "/status\";"
                        + " APT::Sandbox::User \"root\"; Acquire::Languages \"none\";");
        return Tool.needed("apt-get", work).with("APT_CONFIG", configuration.toString());
    }

    /** By the date of an index, which is believed once its second is over: that of the packages, made before, is then too. */
    private static void updateUntilNothingIsNew(TappedServer server, Tool aptGet) {
        await().atMost(Duration.ofSeconds(30L)).untilAsserted(() -> {
            aptGet.run("update");
            final List<Exchange> asked = server.exchanges("/./Release");
            assertThat(asked.get(asked.size() - 1).status()).isEqualTo(304);
        });
    }

    @Test
    void shouldBeAskedAgainAndGiveWhatIsThere() throws Exception {
        makeRepository();
        try (TappedServer server = TappedServer.of(www)) {
            final Tool aptGet = aptGet(server);
            updateUntilNothingIsNew(server, aptGet);

            aptGet.run("download", "first", "second", "third");

            for (final String name : NAMES) {
                assertThat(work.resolve(file(name).getFileName())).hasSameBinaryContentAs(file(name));
            }
        }
    }

    @Test
    void shouldGoOnWithWhatWasBegun() throws Exception {
        makeRepository();
        try (TappedServer server = TappedServer.of(www)) {
            final Tool aptGet = aptGet(server);
            updateUntilNothingIsNew(server, aptGet);
            final Path whole = file("first");
            final Path archives = work.resolve("var/cache/apt/archives");
            final Path begun = archives.resolve("partial").resolve(whole.getFileName());
            Files.write(begun, Arrays.copyOf(Files.readAllBytes(whole), LARGE_BYTES / 2));
            Files.setLastModifiedTime(begun, Files.getLastModifiedTime(whole));

            aptGet.run("install", "-y", "--download-only", "first");

            assertThat(archives.resolve(whole.getFileName())).hasSameBinaryContentAs(whole);
            assertThat(server.exchanges("/./first_1.0_all.deb")).singleElement().satisfies(exchange -> {
                assertThat(exchange.field("If-Range")).isNotNull();
                assertThat(exchange.status()).isEqualTo(206);
            });
        }
    }
}
