// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Native;
import dev.sluice.aio.AsyncIo;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventQueue;
import dev.sluice.uring.Ring;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jctools.queues.MessagePassingQueue;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;

/** A program of somebody else, compiled with javac and run with java on what the modules export, by either path. */
class WallsIT {
    private static final Path CONSUMER = Path.of("src/test/consumer");

    /** What a program runs with. */
    private static final String RUNTIME = Stream.of(
                    AsyncIo.class,
                    EventQueue.class,
                    ResourceContainer.class,
                    Ring.class,
                    Native.class,
                    MessagePassingQueue.class,
                    Logger.class)
            .map(WallsIT::placeOf)
            .collect(Collectors.joining(File.pathSeparator));

    /** What a program gets with its dependency on the bridge. */
    private static final String PATH = RUNTIME + File.pathSeparator + placeOf(NullMarked.class);

    @TempDir
    private Path directory;

    private static String placeOf(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldBeEnoughForAProgramOnTheModulePath() throws Exception {
        assertThat(errorsOf(
                        List.of("--module-path", PATH),
                        List.of(CONSUMER.resolve("module-info.java"), CONSUMER.resolve("consumer/Main.java"))))
                .isEmpty();

        assertThat(outputOf(
                        "--module-path",
                        RUNTIME + File.pathSeparator + classes(),
                        "--module",
                        "consumer/consumer.Main"))
                .containsSubsequence("TIMER NOP ", "COMPLETION OPENAT2 ", "COMPLETION READ ", "4 bytes for server");
    }

    @Test
    void shouldBeEnoughForAProgramOnTheClassPath() throws Exception {
        assertThat(errorsOf(List.of("--class-path", PATH), List.of(CONSUMER.resolve("consumer/Main.java"))))
                .isEmpty();

        assertThat(outputOf("--class-path", RUNTIME + File.pathSeparator + classes(), "consumer.Main"))
                .containsSubsequence("TIMER NOP ", "COMPLETION OPENAT2 ", "COMPLETION READ ", "4 bytes for server");
    }

    /** On the module path javac wants every module that signatures speak of, these too. */
    @Test
    void shouldBeCompiledOnTheClassPathWithoutTheAnnotationsThatSayWhatMayBeNull() {
        assertThat(errorsOf(List.of("--class-path", RUNTIME), List.of(CONSUMER.resolve("consumer/Main.java"))))
                .isEmpty();
    }

    /** What layers use of each other, and what stays inside. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "dev.sluice.containers.spi.Charging",
                "dev.sluice.containers.spi.Scheduling",
                "dev.sluice.events.operation.Operation",
                "dev.sluice.events.operation.OperationPort",
                "dev.sluice.events.order.Signal",
                "dev.sluice.events.reaping.Reaper",
                "dev.sluice.aio.line.Line",
                "dev.sluice.aio.operation.IoContext",
                "dev.sluice.uring.sys.LibC",
                "dev.sluice.uring.host.NativeAccess",
                "dev.sluice.uring.base.RingOwner"
            })
    void shouldHideFromAProgramWhatIsNotForServers(String type) throws Exception {
        final Path intruder = Files.createDirectory(directory.resolve("intruder"));
        Files.writeString(
                intruder.resolve("module-info.java"), "module intruder { requires transitive dev.sluice.aio; }");
        Files.writeString(intruder.resolve("Intruder.java"), "package intruder; class Intruder { " + type + " wall; }");

        assertThat(errorsOf(
                        List.of("--module-path", PATH),
                        List.of(intruder.resolve("module-info.java"), intruder.resolve("Intruder.java"))))
                .contains("package " + type.substring(0, type.lastIndexOf('.')) + " is not visible");
    }

    /** Empty if the compiler has nothing to say against it. */
    private String errorsOf(List<String> path, List<Path> sources) {
        final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        final StringWriter errors = new StringWriter();
        final List<String> options = new ArrayList<>(path);
        options.addAll(List.of("-d", classes().toString(), "-proc:none", "--release", "17", "-Xlint:all"));
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            compiler.getTask(errors, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
                    .call();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return errors.toString();
    }

    private Path classes() {
        return directory.resolve("classes");
    }

    private List<String> outputOf(String... program) throws Exception {
        Files.writeString(directory.resolve("data"), "data");
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= 22) { // on the class path it is everybody who needs it
            command.add("--enable-native-access="
                    + (program[0].equals("--module-path") ? "dev.sluice.uring,com.sun.jna" : "ALL-UNNAMED"));
        }
        command.addAll(List.of(program));
        command.addAll(List.of(directory.toString(), "data"));
        final Path output = directory.resolve("output");
        final Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        final List<String> lines = Files.readAllLines(output);
        assertThat(process.exitValue()).as("%s", lines).isZero();
        assertThat(lines).noneMatch(line -> line.contains("WARNING"));
        return lines;
    }
}
