// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.cli;

import dev.sluice.samples.copy.TreeCopy;
import dev.sluice.samples.lines.LineServer;
import dev.sluice.samples.tail.TailServer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The entry point of {@code sluice.jar}. */
@Command(
        name = "sluice",
        description = "Servers that wait for sockets and for the disk in one queue.",
        subcommands = {ServeCommand.class, LineServer.class, TailServer.class, TreeCopy.class})
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Shows this and exits.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    private Main() {}

    /**
     * Runs a subcommand and exits: 0 when it ended as it should, 1 when it failed, 2 when the command line was wrong.
     *
     * @param arguments a subcommand and its options
     */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main()).setParameterExceptionHandler(Main::refuse);
    }

    /** One line: the options are many, and who has mistaken one need not be shown all. */
    private static int refuse(ParameterException refusal, String[] arguments) {
        final CommandSpec command = refusal.getCommandLine().getCommandSpec();
        final String meant = refusal instanceof UnmatchedArgumentException unknown
                        && !unknown.getSuggestions().isEmpty()
                ? "; is " + unknown.getSuggestions().get(0) + " meant?"
                : "";
        refusal.getCommandLine()
                .getErr()
                .println(refusal.getMessage() + meant + "; " + command.qualifiedName() + " --help shows what there is");
        return command.exitCodeOnInvalidInput();
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a subcommand is needed: serve, lines, tail or copy");
    }
}
