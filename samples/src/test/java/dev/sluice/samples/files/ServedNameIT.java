// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the directory's name leads to is served, also when that becomes another directory; with files kept open, and without. */
class ServedNameIT {
    private static final int BIG_BYTES = 16 << 20;
    private static final int SWAPS = 50;

    @TempDir
    Path parent;

    @ParameterizedTest
    @ValueSource(ints = {0, 64})
    void shouldServeTheReleaseThatTheLinkLeadsTo(int openFileCache) throws IOException {
        release("1");
        release("2");
        final Path current = parent.resolve("current");
        link(current, "releases/1");
        try (RunningServer server = serve(current, openFileCache);
                Client client = new Client(server.address())) {
            assertThat(client.get("/file").response().text()).isEqualTo("release 1");
            for (int i = 0; i < SWAPS; i++) {
                final String next = i % 2 == 0 ? "2" : "1";
                link(current, "releases/" + next);
                awaitText(client, "release " + next);
            }
            Files.writeString(parent.resolve("releases/1/file"), "changed later");
            awaitText(client, "changed later");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 64})
    void shouldFollowALinkAboveTheDirectory(int openFileCache) throws IOException {
        Files.createDirectories(parent.resolve("releases/1/public"));
        Files.createDirectories(parent.resolve("releases/2/public"));
        Files.writeString(parent.resolve("releases/1/public/file"), "release 1");
        Files.writeString(parent.resolve("releases/2/public/file"), "release 2");
        link(parent.resolve("current"), parent.resolve("releases/1").toString());
        try (RunningServer server = serve(parent.resolve("current/public"), openFileCache);
                Client client = new Client(server.address())) {
            assertThat(client.get("/file").response().text()).isEqualTo("release 1");
            link(parent.resolve("current"), parent.resolve("releases/2").toString());
            awaitText(client, "release 2");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 64})
    void shouldServeNothingWhileTheNameLeadsNowhere(int openFileCache) throws IOException {
        final Path directory = release("1");
        try (RunningServer server = serve(directory, openFileCache);
                Client client = new Client(server.address())) {
            assertThat(client.get("/file").response().text()).isEqualTo("release 1");
            Files.move(directory, parent.resolve("moved"));
            awaitStatus(client, 404);

            Files.createDirectory(directory);
            Files.writeString(directory.resolve("file"), "another one");
            awaitText(client, "another one");

            Files.delete(directory.resolve("file"));
            Files.delete(directory);
            awaitStatus(client, 404);
            Files.move(parent.resolve("moved"), directory);
            awaitText(client, "release 1");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 64})
    void shouldGoOnWithAResponseThatHasBegun(int openFileCache) throws IOException {
        final byte[] old = bigFile(release("1"), (byte) 1);
        final byte[] replacing = bigFile(release("2"), (byte) 2);
        final Path current = parent.resolve("current");
        link(current, "releases/1");
        try (RunningServer server = serve(current, openFileCache);
                Client begun = new Client(server.address());
                Client client = new Client(server.address())) {
            begun.get("/big");
            await().until(() -> server.counters().get("responses_2xx") == 1L);
            link(current, "releases/2");
            awaitText(client, "release 2");
            assertThat(begun.response().body()).isEqualTo(old);
            assertThat(begun.get("/big").response().body()).isEqualTo(replacing);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 64})
    void shouldNotLeaveTheDirectoryThatIsServedNow(int openFileCache) throws IOException {
        release("1");
        final Path second = release("2");
        Files.createSymbolicLink(second.resolve("up"), Path.of("../1/file"));
        Files.createSymbolicLink(second.resolve("away"), parent.resolve("releases/1/file"));
        final Path current = parent.resolve("current");
        link(current, "releases/1");
        try (RunningServer server = serve(current, openFileCache);
                Client client = new Client(server.address())) {
            link(current, "releases/2");
            awaitText(client, "release 2");
            for (final String target : new String[] {"/up", "/away"}) {
                assertThat(client.get(target).response().status()).as(target).isEqualTo(404);
            }
        }
    }

    private Path release(String name) throws IOException {
        final Path directory = Files.createDirectories(parent.resolve("releases/" + name));
        Files.writeString(directory.resolve("file"), "release " + name);
        return directory;
    }

    private static byte[] bigFile(Path directory, byte content) throws IOException {
        final byte[] bytes = new byte[BIG_BYTES];
        Arrays.fill(bytes, content);
        Files.write(directory.resolve("big"), bytes);
        return bytes;
    }

    private static RunningServer serve(Path directory, int openFileCache) {
        return RunningServer.of(directory, options -> options.withOpenFileCache(openFileCache));
    }

    /** As {@code ln -sfn}: in one step, so that the name is never missing. */
    private void link(Path link, String target) throws IOException {
        final Path made = Files.createSymbolicLink(parent.resolve("made"), Path.of(target));
        Files.move(made, link, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void awaitText(Client client, String text) {
        await().pollInterval(Duration.ofMillis(2))
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(
                        () -> assertThat(client.get("/file").response().text()).isEqualTo(text));
    }

    private static void awaitStatus(Client client, int status) {
        await().pollInterval(Duration.ofMillis(2))
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() ->
                        assertThat(client.get("/file").response().status()).isEqualTo(status));
    }
}
