// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Every benchmark, tiny and silent and in this JVM, so that none rots: nothing is judged. */
class BenchmarksIT {
    @Test
    void shouldRunEveryBenchmark() throws RunnerException {
        System.setProperty("jmh.ignoreLock", "true"); // there may be a measurement on this machine
        final Runner runner = new Runner(new OptionsBuilder()
                .include(BenchmarksIT.class.getPackageName())
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(10))
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true)
                .build());

        final Collection<RunResult> results = runner.run();

        assertThat(results).isNotEmpty();
        assertThat(results)
                .allSatisfy(result ->
                        assertThat(result.getPrimaryResult().getScore()).isPositive());
    }
}
