// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code jmh}: the micro benchmarks, with JMH's own options. */
@Command(
        name = "jmh",
        description = "Runs the JMH benchmarks whose names match; takes JMH's own options (-h lists them).")
final class JmhCommand implements Callable<Integer> {
    @Unmatched
    private List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() throws RunnerException, CommandLineOptionException, IOException {
        final CommandLineOptions options = new CommandLineOptions(arguments.toArray(new String[0]));
        if (options.shouldHelp()) {
            options.showHelp();
            return 0;
        }
        final Runner runner = new Runner(options);
        if (options.shouldList()) {
            runner.list();
        } else {
            runner.run();
        }
        return 0;
    }
}
