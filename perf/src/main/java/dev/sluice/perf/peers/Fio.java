// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.peers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.perf.host.Commands;
import dev.sluice.perf.host.Cpus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * fio, whose io_uring engine is the yardstick of what a disk gives.
 *
 * @see <a href="https://fio.readthedocs.io/en/latest/fio_doc.html">fio</a>
 */
public final class Fio {
    private static final double US_PER_S = 1e6;
    private static final double NS_PER_US = 1e3;
    private static final double PERCENT = 100;

    private Fio() {}

    /**
     * Which one is installed.
     *
     * @return such as {@code fio-3.33}
     * @throws IOException if it cannot be asked
     */
    public static String version() throws IOException {
        return Commands.run(Commands.require("fio"), "--version");
    }

    /**
     * Reads blocks in random order; on both CPUs. In the warm-up those of one half of the file, as long as it takes, then those of the
     * other half, each of them once, until the time is over or the half is read.
     *
     * @param file existing file
     * @param direct past the page cache
     * @param readBytes of one read
     * @param depth reads at a time
     * @param warmUpMs time that does not count
     * @param windowMs time that counts
     * @return {@code iops}, and in microseconds {@code cpu} of fio for a read, {@code p50} and {@code p99} of the time from
     *     submission to completion
     * @throws IOException if it fails
     */
    public static Map<String, Double> randomReads(
            Path file, boolean direct, int readBytes, int depth, long warmUpMs, long windowMs) throws IOException {
        final String printed = Commands.run(
                Commands.require("taskset"),
                "--cpu-list",
                Cpus.SERVER + "," + Cpus.LOAD,
                Commands.require("fio"),
                "--output-format=json",
                "--name=global",
                "--filename=" + file,
                "--readonly",
                "--rw=randread",
                "--ioengine=io_uring",
                "--thread",
                "--direct=" + (direct ? 1 : 0),
                "--bs=" + readBytes,
                "--iodepth=" + depth,
                "--size=50%",
                "--fadvise_hint=0", // as the others
                "--lat_percentiles=1",
                "--name=warm-up",
                "--offset=50%",
                "--time_based",
                "--runtime=" + warmUpMs + "ms",
                "--name=window",
                "--stonewall",
                "--runtime=" + windowMs + "ms");
        return figures(printed);
    }

    /** Of what it prints: JSON, with warnings before it. */
    static Map<String, Double> figures(String printed) throws IOException {
        final JsonNode jobs;
        try {
            jobs = new ObjectMapper()
                    .readTree(printed.substring(Math.max(0, printed.indexOf('{'))))
                    .path("jobs");
        } catch (JsonProcessingException e) {
            throw new IOException("fio printed: " + printed, e);
        }
        final JsonNode job = jobs.path(jobs.size() - 1); // after the warm-up
        final JsonNode read = job.path("read");
        final JsonNode percentiles = read.path("lat_ns").path("percentile");
        final double iops = read.path("iops").asDouble();
        if (iops == 0.0 || percentiles.isMissingNode()) {
            throw new IOException("fio has read nothing: " + printed);
        }
        final double cpuShare =
                (job.path("usr_cpu").asDouble() + job.path("sys_cpu").asDouble()) / PERCENT;
        return Map.of(
                "iops", iops,
                "cpu", cpuShare * US_PER_S / iops,
                "p50", percentiles.path("50.000000").asDouble() / NS_PER_US,
                "p99", percentiles.path("99.000000").asDouble() / NS_PER_US);
    }
}
