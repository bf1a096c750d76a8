// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf;

import dev.sluice.perf.report.Results;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code report}: text and plots once more from the JSON of an earlier run. */
@Command(
        name = "report",
        description = "Makes text and plots again from the JSON files of a directory.",
        mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "where run wrote its results")
    private Path directory;

    @Override
    public Integer call() throws IOException {
        Results.renderAll(directory).forEach(spec.commandLine().getOut()::println);
        return 0;
    }
}
