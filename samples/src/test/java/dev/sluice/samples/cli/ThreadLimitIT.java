// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program in a control group that lets it have no thread more. */
@Tag("kernel-ring")
class ThreadLimitIT {
    private static final Path PIDS = Path.of("/sys/fs/cgroup/pids");
    private static final Pattern LISTENING = Pattern.compile("Serving \\S+ at (http://127\\.0\\.0\\.1:\\d+/) on .*");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    Path directory;

    @Test
    void shouldAnswerAndStopOnSigtermAtTheLimitOfThreads() throws Exception {
        assumeTrue(Files.isWritable(PIDS.resolve("cgroup.procs")), "needs root and the v1 pids controller at " + PIDS);
        Files.writeString(directory.resolve("file"), "content");
        final Process process = new ProcessBuilder(ServeProcess.command(directory))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        final Path group = Files.createDirectory(PIDS.resolve("sluice-test-" + process.pid()));
        try (BufferedReader out = process.inputReader(UTF_8)) {
            final Matcher listening = LISTENING.matcher(out.readLine());
            assertThat(listening.matches()).isTrue();
            final URI server = URI.create(listening.group(1));
            Files.writeString(group.resolve("cgroup.procs"), Long.toString(process.pid()));
            limitToWhatItHas(group);

            // A name that nobody has asked for is looked up by a worker of the kernel.
            for (int i = 0; i < 20; i++) {
                assertThat(status(server.resolve("never-asked-for-" + i))).isEqualTo(404);
            }
            assertThat(status(server.resolve("file"))).isEqualTo(200);
            await().atMost(PATIENCE).until(() -> threads(group) < limit(group)); // one has given way

            ServeProcess.signal(process, "TERM");

            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly().waitFor();
            await().atMost(PATIENCE).until(() -> threads(group) == 0);
            Files.delete(group);
        }
    }

    private static void limitToWhatItHas(Path group) throws IOException {
        Files.writeString(group.resolve("pids.max"), Integer.toString(threads(group)));
    }

    private static int threads(Path group) throws IOException {
        return Integer.parseInt(Files.readString(group.resolve("pids.current")).strip());
    }

    private static int limit(Path group) throws IOException {
        return Integer.parseInt(Files.readString(group.resolve("pids.max")).strip());
    }

    private static int status(URI uri) throws IOException, InterruptedException {
        return CLIENT.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
