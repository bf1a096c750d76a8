// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf;

import dev.sluice.perf.scenario.Scenario;
import dev.sluice.perf.scenario.Scenarios;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code list}: what there is to run, and what this machine lacks for it. */
@Command(name = "list", description = "Lists the scenarios.", mixinStandardHelpOptions = true)
final class ListCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        final PrintWriter out = spec.commandLine().getOut();
        for (Scenario scenario : Scenarios.all()) {
            out.println(scenario.name());
            out.println("    " + scenario.description());
            scenario.missing().forEach(lack -> out.println("    cannot run here: " + lack));
        }
    }
}
