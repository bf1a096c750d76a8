// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import dev.sluice.perf.report.Result;
import java.io.IOException;
import java.util.List;

/** A measurement with a name. */
public interface Scenario {

    /**
     * Name on the command line and of the result's files.
     *
     * @return lower case, with hyphens
     */
    String name();

    /**
     * What it does, in a sentence or two.
     *
     * @return text for the list and the report
     */
    String description();

    /**
     * What this machine lacks for it.
     *
     * @return one sentence per lack; empty when it can run
     */
    List<String> missing();

    /**
     * Measures; leaves no process, mount or control group behind, whatever happens.
     *
     * @param settings what to measure and where to work
     * @return the result
     * @throws IOException if a server fails, answers wrongly, or the machine does not play along
     */
    Result run(RunSettings settings) throws IOException;
}
