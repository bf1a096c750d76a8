// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects the values of a scenario while it runs; one thread. */
public final class Measurements {
    private final Map<Key, List<Double>> runs = new LinkedHashMap<>();
    private final Set<String> phases = new LinkedHashSet<>();
    private final Set<Metric> metrics = new LinkedHashSet<>();

    private record Key(String server, String phase, Metric metric) {}

    /** Starts empty. */
    public Measurements() {}

    /**
     * Adds one run's value.
     *
     * @param server the server
     * @param phase the phase
     * @param metric the metric
     * @param value finite value
     */
    public void add(String server, String phase, Metric metric, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(
                    server + ", " + phase + ", " + metric.name() + ": " + value + " is no measurement");
        }
        phases.add(phase);
        metrics.add(metric);
        runs.computeIfAbsent(new Key(server, phase, metric), key -> new ArrayList<>())
                .add(value);
    }

    /**
     * The median so far.
     *
     * @param server the server
     * @param phase the phase
     * @param metric the metric
     * @return median of the runs
     * @throws IllegalArgumentException if there is none
     */
    public double median(String server, String phase, Metric metric) {
        return median(runsOf(server, phase, metric));
    }

    /**
     * All values so far.
     *
     * @param server the server
     * @param phase the phase
     * @param metric the metric
     * @return in order
     * @throws IllegalArgumentException if there is none
     */
    public List<Double> runsOf(String server, String phase, Metric metric) {
        final List<Double> values = runs.get(new Key(server, phase, metric));
        if (values == null) {
            throw new IllegalArgumentException("nothing measured: " + server + ", " + phase + ", " + metric.name());
        }
        return List.copyOf(values);
    }

    /**
     * One server's values over another's, run by run.
     *
     * @param server the server
     * @param peer the server whose values divide, none of them 0
     * @param phase the phase
     * @param metric the metric
     * @return the ratio
     * @throws IllegalArgumentException if there is none, or one of the two was measured more often
     */
    public Ratio ratio(String server, String peer, String phase, Metric metric) {
        return Ratio.of(runsOf(server, phase, metric), runsOf(peer, phase, metric));
    }

    /**
     * Whether there is a value.
     *
     * @param server the server
     * @param phase the phase
     * @param metric the metric
     * @return true if so
     */
    public boolean has(String server, String phase, Metric metric) {
        return runs.containsKey(new Key(server, phase, metric));
    }

    /**
     * The summary, by phase, then server, then metric, each in the order of its first value.
     *
     * @param servers all servers, in the order of the report
     * @param subject the server whose ratios against the others are given
     * @return everything that was added
     */
    public List<Measurement> summary(List<String> servers, String subject) {
        final List<Measurement> summary = new ArrayList<>();
        for (String phase : phases) {
            for (String server : servers) {
                for (Metric metric : metrics) {
                    final List<Double> values = runs.get(new Key(server, phase, metric));
                    if (values != null) {
                        summary.add(new Measurement(
                                server,
                                phase,
                                metric,
                                List.copyOf(values),
                                median(values),
                                Collections.min(values),
                                Collections.max(values),
                                server.equals(subject) ? ratios(servers, subject, phase, metric) : Map.of()));
                    }
                }
            }
        }
        return summary;
    }

    private Map<String, Ratio> ratios(List<String> servers, String subject, String phase, Metric metric) {
        final Map<String, Ratio> ratios = new LinkedHashMap<>();
        for (String peer : servers) {
            final List<Double> values = runs.get(new Key(peer, phase, metric));
            if (metric.compared() && !peer.equals(subject) && values != null && !values.contains(0.0)) {
                ratios.put(peer, ratio(subject, peer, phase, metric));
            }
        }
        return ratios;
    }

    /**
     * The value in the middle, or the mean of the two there.
     *
     * @param values at least one
     * @return their median
     */
    public static double median(List<Double> values) {
        final List<Double> sorted = values.stream().sorted().toList();
        final int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2.0;
    }
}
