// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Looks for inputs that reach something new, with a fuzzer that sees which branches were taken: {@code -Pfuzz}, and
 * {@code -Dfuzz.seconds=N} for each target.
 *
 * <p>What is worth keeping is in {@code target/fuzz/TARGET/TARGET.txt} then, to be copied to {@code src/test/resources/fuzz}. An input
 * that made a target fail is beside it, and belongs there too.
 */
@Tag("soak")
@Timeout(value = 3, unit = TimeUnit.HOURS)
public class FuzzerIT {
    private static final String FUZZER = "com.code_intelligence.jazzer.Jazzer";
    private static final int SECONDS = Integer.getInteger("fuzz.seconds", 120);
    private static final String OURS = "dev.sluice.samples.**";
    private static final String ALL = OURS + ":org.eclipse.jetty.http.**";

    @ParameterizedTest
    @CsvSource({
        "request-reader, dev.sluice.samples.http.wire.RequestReaderFuzzTest",
        "response-reader, dev.sluice.samples.http.wire.ResponseReaderFuzzTest",
        "proxy-header, dev.sluice.samples.net.ProxyHeaderFuzzTest",
        "accepted-codings, dev.sluice.samples.files.AcceptedCodingsFuzzTest",
        "byte-ranges, dev.sluice.samples.files.ByteRangesFuzzTest",
        "http-date, dev.sluice.samples.files.HttpDateFuzzTest",
        "preconditions, dev.sluice.samples.files.PreconditionsFuzzTest"
    })
    void shouldFindNothingThatMakesATargetFail(String target, String className)
            throws IOException, InterruptedException {
        assumeTrue(isThere(FUZZER), "the fuzzer is there with -Pfuzz only");
        final Path directory = Path.of("target", "fuzz", target);
        final Path kept = directory.resolve("kept");
        final Path found = Files.createDirectories(directory.resolve("found"));
        final Path worthKeeping = Files.createTempDirectory(directory, "merged");
        FuzzCorpus.unpack(FuzzCorpus.of(target), kept);

        run(directory, className, ALL, "-max_total_time=" + SECONDS, found.toString(), kept.toString());
        run(directory, className, OURS, "-merge=1", worthKeeping.toString(), kept.toString(), found.toString());
        FuzzCorpus.pack(worthKeeping, directory.resolve(target + ".txt"));
    }

    private static void run(Path directory, String className, String instrumented, String... arguments)
            throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                FUZZER,
                "--target_class=" + className,
                "--instrumentation_includes=" + instrumented,
                "--reproducer_path=" + directory,
                "-artifact_prefix=" + directory + "/",
                "-max_len=2048"));
        command.addAll(List.of(arguments));
        final Path log = directory.resolve("log");
        final Process fuzzer = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(fuzzer.waitFor())
                    .as("%s: see %s", arguments[0], log.toAbsolutePath())
                    .isZero();
        } finally {
            fuzzer.destroyForcibly();
        }
    }

    private static boolean isThere(String className) {
        try {
            Class.forName(className, false, FuzzerIT.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
