// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf;

import dev.sluice.perf.host.Cpus;
import dev.sluice.perf.host.Teardown;
import dev.sluice.perf.report.Result;
import dev.sluice.perf.report.Results;
import dev.sluice.perf.report.Verdict;
import dev.sluice.perf.scenario.RunSettings;
import dev.sluice.perf.scenario.Scenario;
import dev.sluice.perf.scenario.Scenarios;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code run}: measures, prints the report, writes the result's files. */
@Command(
        name = "run",
        description = "Runs scenarios; prints and writes their results. Needs root, two CPUs and a quiet machine.",
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    private static final String JAR_FROM_PROJECT = "samples/target/sluice.jar";
    private static final String JAR_FROM_OWN_JAR = "../../../" + JAR_FROM_PROJECT;
    /** The measurement is valid, its figures do not reach what is demanded. */
    private static final int EXIT_NOT_REACHED = 3;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", arity = "1..*", description = "scenarios, see list")
    private List<String> names;

    @Option(names = "--quick", description = "short phases, fewer points")
    private boolean quick;

    @Option(names = "--out", paramLabel = "DIR", description = "for the results; default: ${DEFAULT-VALUE}")
    private Path out = Path.of("perf-results");

    @Option(names = "--repeat", paramLabel = "N", description = "how often everything is measured")
    private Integer repeat;

    @Option(names = "--servers", paramLabel = "NAME", split = ",", description = "only these of the scenario's servers")
    private List<String> servers = new ArrayList<>();

    @Option(
            names = "--server-jar",
            paramLabel = "JAR",
            description =
                    "Sluice's file server; default: " + JAR_FROM_PROJECT + " here or beside the directory of this jar")
    private Path serverJar;

    @Option(
            names = "--java",
            paramLabel = "COMMAND",
            description = "JVM of the servers in Java, with options; default: the one that runs this")
    private String java =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    @Option(
            names = "--java21",
            paramLabel = "COMMAND",
            description = "JVM of JDK 21 or later, with options, for virtual threads; default: that of --java")
    private String java21;

    @Option(
            names = "--veth",
            description =
                    "hot-file and web-mix: a pair of virtual Ethernet devices between servers and load, not loopback")
    private boolean veth;

    @Option(
            names = "--work",
            paramLabel = "DIR",
            description = "for the files to serve, on a disk with a gigabyte to spare; default: ${DEFAULT-VALUE}")
    private Path work = Path.of(System.getProperty("java.io.tmpdir"), "sluice-perf");

    @Option(names = "--keep-work", description = "leave the cold files for the next run")
    private boolean keepWork;

    @Override
    public Integer call() throws IOException {
        final List<Scenario> scenarios = names.stream().map(Scenarios::named).toList();
        final PrintWriter output = spec.commandLine().getOut();
        for (Scenario scenario : scenarios) {
            final List<String> missing = scenario.missing();
            if (!missing.isEmpty()) {
                throw new IOException(scenario.name() + " cannot run here: " + String.join("; ", missing));
            }
        }
        Cpus.pinThisProcess();
        boolean allHold = true;
        try (Teardown teardown = Teardown.atExit()) {
            final Path directory = workDirectory(teardown);
            for (Scenario scenario : scenarios) {
                final Result result = scenario.run(settings(scenario, directory, teardown));
                output.println(Results.write(result, out));
                output.println("written to " + out.toAbsolutePath().normalize());
                output.flush();
                allHold &= result.verdicts().stream().allMatch(Verdict::holds);
            }
        }
        return allHold ? 0 : EXIT_NOT_REACHED;
    }

    /** A directory of this run alone goes with it. */
    private Path workDirectory(Teardown teardown) throws IOException {
        final Path directory = Files.createDirectories(work).toRealPath();
        if (keepWork) {
            return directory;
        }
        final Path own = Files.createTempDirectory(directory, "run-");
        teardown.add(() -> deleteTree(own));
        return own;
    }

    private static void deleteTree(Path directory) throws IOException {
        final List<Path> entries;
        try (Stream<Path> walk = Files.walk(directory)) {
            entries = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path entry : entries) {
            Files.delete(entry);
        }
    }

    private RunSettings settings(Scenario scenario, Path directory, Teardown teardown) {
        final PrintWriter progress = spec.commandLine().getErr();
        return new RunSettings(
                quick,
                repeat == null ? OptionalInt.empty() : OptionalInt.of(repeat),
                servers,
                serverJar == null ? defaultServerJar() : serverJar,
                words(java),
                words(java21 == null ? java : java21),
                veth,
                directory,
                teardown,
                "java -jar perf/target/sluice-perf.jar "
                        + String.join(" ", spec.commandLine().getParseResult().originalArgs()),
                Version.current(),
                line -> {
                    progress.println(scenario.name() + ": " + line);
                    progress.flush();
                });
    }

    private static List<String> words(String commandLine) {
        return List.of(commandLine.strip().split("\\s+", -1));
    }

    /** The one of the working directory, or that of the tree this jar was built in. */
    private static Path defaultServerJar() {
        final Path here = Path.of(JAR_FROM_PROJECT);
        final CodeSource own = RunCommand.class.getProtectionDomain().getCodeSource();
        if (Files.exists(here) || own == null) {
            return here;
        }
        return Path.of(own.getLocation().getPath()).resolve(JAR_FROM_OWN_JAR).normalize();
    }
}
