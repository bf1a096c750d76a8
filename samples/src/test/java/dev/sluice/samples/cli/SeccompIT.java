// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program below a seccomp filter that refuses io_uring, as a container engine's default profile does. */
class SeccompIT {
    private static final Pattern LISTENING = Pattern.compile(
            "Serving \\S+ at (http://127\\.0\\.0\\.1:\\d+/) on epoll and \\d+ workers, calls by [^,]+, in place of"
                    + " io_uring; everybody else at priority 32");
    private static final int PATIENCE_SECONDS = 60;
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** {@code refuse ERRNO PROGRAM ARGUMENT...}: runs the program with io_uring_setup, _enter and _register refused. */
    private static final String REFUSE = """
            #include <linux/filter.h>
            #include <linux/seccomp.h>
            #include <stddef.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <sys/prctl.h>
            #include <unistd.h>

            int main(int argc, char **argv) {
                struct sock_filter filter[] = {
                    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
                    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 425, 0, 2),
                    BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, 427, 1, 0),
                    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | atoi(argv[1])),
                    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
                };
                struct sock_fprog program = { sizeof filter / sizeof *filter, filter };
                if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
                    || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
                    perror("prctl");
                    return 1;
                }
                execv(argv[2], argv + 2);
                perror(argv[2]);
                return 1;
            }
            """;

    @TempDir
    Path folder;

    private Path compile() throws Exception {
        final Path source = Files.writeString(folder.resolve("refuse.c"), REFUSE);
        final Path program = folder.resolve("refuse");
        final Process gcc;
        try {
            gcc = new ProcessBuilder("gcc", "-Wall", "-o", program.toString(), source.toString())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            Assumptions.abort("needs gcc: " + e.getMessage());
            throw e;
        }
        final String messages = new String(gcc.getInputStream().readAllBytes(), UTF_8);
        assertThat(gcc.waitFor()).as(messages).isZero();
        return program;
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource({
        "1,  EPERM,  'likely a seccomp profile without io_uring_setup'",
        "38, ENOSYS, 'or a seccomp profile hides it'",
    })
    void shouldServeWithoutIoUringAndSayWhyOnce(int errno, String name, String cause) throws Exception {
        final Path directory = Files.createDirectory(folder.resolve("www"));
        final byte[] large = new byte[5_000_000];
        new SplittableRandom(1L).nextBytes(large);
        Files.write(directory.resolve("large"), large);
        Files.writeString(directory.resolve("small"), "content");
        final List<String> command = new ArrayList<>(List.of(compile().toString(), String.valueOf(errno)));
        command.addAll(ServeProcess.command(directory));
        final Path messages = folder.resolve("stderr");
        final Process process =
                new ProcessBuilder(command).redirectError(messages.toFile()).start();
        try (BufferedReader out = process.inputReader(UTF_8)) {
            final String announcement = out.readLine();
            assertThat(announcement).as(() -> read(messages)).matches(LISTENING);
            final Matcher listening = LISTENING.matcher(announcement);
            assertThat(listening.find()).isTrue();
            final URI server = URI.create(listening.group(1));
            for (int i = 0; i < 100; i++) {
                assertThat(get(server.resolve("small")).body()).asString(UTF_8).isEqualTo("content");
            }
            assertThat(get(server.resolve("large")).body()).isEqualTo(large);
            assertThat(get(server.resolve("absent")).statusCode()).isEqualTo(404);

            ServeProcess.signal(process, "TERM");

            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
            assertThat(out.readLine()).startsWith("counters requests=102 ").contains(" handler_exceptions=0 ");
        } finally {
            process.destroyForcibly();
        }
        assertThat(Files.readAllLines(messages))
                .singleElement()
                .asString()
                .contains("WARN")
                .contains("no io_uring, so by epoll and ")
                .contains(name + " (" + errno + ")")
                .contains(cause)
                .endsWith("Seccomp: 2 in /proc/self/status, a filter is active");
    }

    private static HttpResponse<byte[]> get(URI uri) throws IOException, InterruptedException {
        return CLIENT.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
