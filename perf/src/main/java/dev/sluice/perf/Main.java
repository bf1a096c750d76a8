// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of {@code sluice-perf.jar}. */
@Command(
        name = "sluice-perf",
        description = "Measures Sluice beside its peers.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {ListCommand.class, RunCommand.class, ReportCommand.class, JmhCommand.class})
public final class Main {
    /** For picocli. */
    public Main() {}

    /**
     * Runs one command and exits: 0 when it did its work, 1 when it failed, 2 when it was not understood, 3 when
     * what was measured does not reach what is demanded.
     *
     * @param arguments the command line
     */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        final CommandLine commandLine = new CommandLine(new Main());
        commandLine.setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + failure.getMessage());
            if (System.getProperty("sluice.perf.trace") != null) {
                failure.printStackTrace(command.getErr());
            }
            return CommandLine.ExitCode.SOFTWARE;
        });
        return commandLine;
    }
}
