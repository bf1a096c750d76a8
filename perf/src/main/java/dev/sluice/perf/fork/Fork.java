// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.perf.host.Commands;
import dev.sluice.perf.host.Cpus;
import dev.sluice.perf.host.Teardown;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A process that measures and prints its figures, one {@code name value} a line. Each point of a curve gets a fresh one:
 * where a JVM lays out its heap and what its compiler decides differs from process to process, and is part of the spread.
 */
public final class Fork {
    /** Serial: its barriers cost the least, and nothing but the measured thread runs while it is measured. */
    private static final List<String> JVM_OPTIONS = List.of("-XX:+UseSerialGC", "-Xms3g", "-Xmx3g");

    private static final String SHARED_BY_PROGRAMS = "measure.h";

    private Fork() {}

    /**
     * Runs a class of this program in a JVM of its own, on both CPUs.
     *
     * @param teardown ends the process if the run is ended
     * @param java the JVM and its options
     * @param program class with a main method
     * @param arguments its arguments
     * @return the figures that it printed, in order
     * @throws IOException if it cannot be started, fails, or prints something else
     */
    public static Map<String, Double> java(
            Teardown teardown, List<String> java, Class<?> program, List<String> arguments) throws IOException {
        final List<String> command = new ArrayList<>(java);
        command.addAll(JVM_OPTIONS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(arguments);
        return run(teardown, program.getSimpleName() + " " + String.join(" ", arguments), command);
    }

    /**
     * Asks a JVM how Sluice reaches the kernel in it.
     *
     * @param teardown ends the process if the run is ended
     * @param java the JVM and its options
     * @return as {@link dev.sluice.events.EventQueue#binding}
     * @throws IOException if it cannot be started, or no queue can be opened
     */
    public static String binding(Teardown teardown, List<String> java) throws IOException {
        final List<String> command = new ArrayList<>(java);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), BindingFork.class.getName()));
        return textOf(teardown, "BindingFork", command).strip();
    }

    /**
     * Runs a program, on both CPUs.
     *
     * @param teardown ends the process if the run is ended
     * @param command program and arguments
     * @return the figures that it printed, in order
     * @throws IOException if it cannot be started, fails, or prints something else
     */
    public static Map<String, Double> run(Teardown teardown, List<String> command) throws IOException {
        return run(teardown, String.join(" ", command), command);
    }

    private static Map<String, Double> run(Teardown teardown, String name, List<String> command) throws IOException {
        return parse(textOf(teardown, name, command));
    }

    private static String textOf(Teardown teardown, String name, List<String> command) throws IOException {
        final List<String> pinned =
                new ArrayList<>(List.of(Commands.require("taskset"), "--cpu-list", Cpus.SERVER + "," + Cpus.LOAD));
        pinned.addAll(command);
        try (Teardown running = teardown.nested()) {
            final Process process = new ProcessBuilder(pinned)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            running.add(process::destroyForcibly);
            process.getOutputStream().close();
            final String text = new String(process.getInputStream().readAllBytes(), UTF_8);
            final int status = process.waitFor();
            if (status != 0) {
                throw new IOException(name + " exited with " + status + ": " + text.strip());
            }
            return text;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while running " + name, e);
        }
    }

    private static Map<String, Double> parse(String text) throws IOException {
        final Map<String, Double> figures = new LinkedHashMap<>();
        for (String line : text.lines().toList()) {
            final String[] pair = line.split(" ", -1);
            try {
                figures.put(pair[0], Double.valueOf(pair[1]));
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                throw new IOException("not a figure: \"" + line + "\"", e);
            }
        }
        return figures;
    }

    /**
     * Compiles a C program that lies beside this class.
     *
     * @param resource its file, {@code name.c}
     * @param directory where to
     * @param libraries options for the linker, such as {@code -luring}
     * @return the program
     * @throws IOException if gcc is missing or refuses it
     */
    public static Path compile(String resource, Path directory, String... libraries) throws IOException {
        Files.createDirectories(directory);
        for (String each : List.of(resource, SHARED_BY_PROGRAMS)) {
            try (InputStream text = Fork.class.getResourceAsStream(each)) {
                Files.write(directory.resolve(each), text.readAllBytes());
            }
        }
        final Path source = directory.resolve(resource);
        final Path program = directory.resolve(resource.replaceFirst("\\.c$", ""));
        final List<String> command = new ArrayList<>(List.of(
                Commands.require("gcc"), "-O2", "-Wall", "-Werror", "-o", program.toString(), source.toString()));
        command.addAll(List.of(libraries));
        Commands.run(command.toArray(new String[0]));
        return program;
    }
}
