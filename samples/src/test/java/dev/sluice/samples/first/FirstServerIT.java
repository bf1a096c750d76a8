// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.first;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program on the README's first screen, as the README starts it. */
class FirstServerIT {
    private static final Path SOURCE = Path.of("src/main/java/dev/sluice/samples/first/FirstServer.java");

    @TempDir
    private Path directory;

    @Test
    void shouldBeTheProgramThatTheReadmeShows() throws Exception {
        final String source = Files.readString(SOURCE);

        assertThat(Files.readString(Path.of("../README.md")))
                .contains("```java\n" + source.substring(source.indexOf("final class FirstServer")) + "```");
    }

    @Test
    void shouldServeFilesAndEndOnSigterm() throws Exception {
        final String text = "sluice\n".repeat(100_000);
        Files.writeString(directory.resolve("text"), text);
        final Path output = directory.resolve("output");
        final Process server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        FirstServer.class.getName(),
                        directory.toString(),
                        "0")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            Awaitility.await()
                    .atMost(60, TimeUnit.SECONDS)
                    .until(() -> Files.readString(output).contains("127.0.0.1:"));
            final String line = Files.readString(output);
            final String address = line.substring(line.indexOf("127.0.0.1:")).strip();

            assertThat(get(address, "text").body()).isEqualTo(text);
            assertThat(get(address, "none").statusCode()).isEqualTo(404);
            assertThat(new ProcessBuilder("mkfifo", directory.resolve("fifo").toString())
                            .start()
                            .waitFor())
                    .isZero();
            assertThat(get(address, "fifo").body()).isEmpty();
            assertThat(get(address, "../../etc/passwd").statusCode()).isEqualTo(404);

            server.destroy();
            assertThat(server.waitFor(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            server.destroyForcibly();
        }
    }

    private static HttpResponse<String> get(String address, String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://" + address + "/" + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
