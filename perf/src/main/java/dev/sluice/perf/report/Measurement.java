// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.report;

import java.util.List;
import java.util.Map;

/**
 * One metric of one server in one phase, over all runs.
 *
 * @param server the server
 * @param phase the phase of the scenario, in the order and words of the report
 * @param metric what was measured
 * @param runs every run's value, in order
 * @param median their median
 * @param min the lowest
 * @param max the highest
 * @param ratioToPeers for the subject of the result: its ratio to each peer; empty for the peers and for what is not
 *     compared, and without those peers that have a run of 0
 */
public record Measurement(
        String server,
        String phase,
        Metric metric,
        List<Double> runs,
        double median,
        double min,
        double max,
        Map<String, Ratio> ratioToPeers) {}
