// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing outside the directory is ever served, however it is asked for. */
class ConfinementIT {
    private static final String SECRET = "the secret";

    @TempDir
    Path parent;

    private Path directory;
    private RunningServer server;

    @BeforeEach
    void start() throws IOException {
        TestFiles.write(parent, "secret", SECRET);
        TestFiles.write(parent, "served-not/secret", SECRET);
        directory = Files.createDirectory(parent.resolve("served"));
        TestFiles.write(directory, "sub/file", "inside");
        server = RunningServer.of(directory);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../secret",
                "/sub/../../secret",
                "/..%2fsecret",
                "/..%2Fsecret",
                "/%2e%2e/secret",
                "/%2e%2e%2fsecret",
                "/%2E%2E/secret",
                "/.%2e/secret",
                "/sub/%2e%2e/%2e%2e/secret",
                "/..%252fsecret",
                "/..\\secret",
                "/..%5csecret",
                "/..%c0%afsecret",
                "/%c0%ae%c0%ae/secret",
                "/%e0%80%ae%e0%80%ae/secret",
                "/..;/secret",
                "/..%00/secret",
                "/../secret%00.html",
                "/sub/..%00/../secret",
                "//../secret",
                "/./../secret",
                "/...//../secret",
                "/../served-not/secret",
                "/%u002e%u002e/secret",
                "http://h/../secret",
                "../secret",
                "..%2fsecret"
            })
    void shouldNotServeByDotDotInAnySpelling(String target) throws IOException {
        try (Client client = new Client(server.address())) {
            final Response response = client.get(target).response();
            assertThat(response.status()).isIn(400, 404);
            assertThat(response.text()).doesNotContain(SECRET);
        }
    }

    @Test
    void shouldNotServeByAnAbsolutePath() throws IOException {
        final String absolute = parent.resolve("secret").toString();
        for (final String target : new String[] {absolute, "/" + absolute, "//" + absolute, "/%2f" + absolute}) {
            assertThat(status(target)).as(target).isEqualTo(404);
        }
    }

    @Test
    void shouldNotFollowALinkThatLeaves() throws IOException {
        link("absolute", parent.resolve("secret").toString());
        link("relative", "../secret");
        link("through", "sub/../../secret");
        link("directory", parent.toString());
        link("chain", "relative");
        link("sub/up", "../..");

        assertThat(status("/absolute")).isEqualTo(404);
        assertThat(status("/relative")).isEqualTo(404);
        assertThat(status("/through")).isEqualTo(404);
        assertThat(status("/directory/secret")).isEqualTo(404);
        assertThat(status("/directory")).isEqualTo(404);
        assertThat(status("/chain")).isEqualTo(404);
        assertThat(status("/sub/up/secret")).isEqualTo(404);
        assertThat(status("/sub/up/served/sub/file")).isEqualTo(404);
    }

    @Test
    void shouldFollowALinkThatStaysInside() throws IOException {
        link("link", "sub/file");
        link("sub/back", "../sub/file");
        link("folder", "sub");

        assertThat(text("/link")).isEqualTo("inside");
        assertThat(text("/sub/back")).isEqualTo("inside");
        assertThat(text("/folder/file")).isEqualTo("inside");
    }

    @Test
    void shouldNotFollowLinksInACircle() throws IOException {
        link("a", "b");
        link("b", "a");
        assertThat(status("/a")).isEqualTo(404);
    }

    private void link(String name, String target) throws IOException {
        Files.createSymbolicLink(directory.resolve(name), Path.of(target));
    }

    private int status(String target) throws IOException {
        try (Client client = new Client(server.address())) {
            return client.get(target).response().status();
        }
    }

    private String text(String target) throws IOException {
        try (Client client = new Client(server.address())) {
            return client.get(target).response().text();
        }
    }
}
