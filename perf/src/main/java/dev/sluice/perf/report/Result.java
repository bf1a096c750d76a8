// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.report;

import dev.sluice.perf.host.Machine;
import java.util.List;
import java.util.Map;

/**
 * Everything that one run of a scenario leaves behind; text and plots are made from it alone.
 *
 * @param scenario name of the scenario
 * @param description what it does
 * @param version version of the program
 * @param startedAt time of day at the start, ISO 8601 in UTC
 * @param command the command line that repeats it
 * @param machine where it ran
 * @param settings what was chosen: durations, rates, servers
 * @param subject the server that the others are peers of
 * @param servers all servers, in the order of the report
 * @param measurements what was measured
 * @param verdicts figures to be reached, judged for the subject; empty where it did not take part
 * @param curves the plots
 */
public record Result(
        String scenario,
        String description,
        String version,
        String startedAt,
        String command,
        Machine machine,
        Map<String, String> settings,
        String subject,
        List<String> servers,
        List<Measurement> measurements,
        List<Verdict> verdicts,
        List<Curve> curves) {}
