// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a result was measured.
 *
 * @param cpuModel as the kernel names it
 * @param cpus CPUs that are on line
 * @param memoryMiB physical memory
 * @param kernel system, release and build
 * @param distribution its name and version
 * @param jdk vendor and version of the JVM that generated the load
 * @param governor frequency governor of CPU 0, or "none"
 */
public record Machine(
        String cpuModel, int cpus, long memoryMiB, String kernel, String distribution, String jdk, String governor) {
    private static final long KIB_PER_MIB = 1024;

    /**
     * Looks at this machine.
     *
     * @return its description
     * @throws IOException if /proc cannot be read
     */
    public static Machine current() throws IOException {
        final String cpuInfo = Files.readString(Path.of("/proc/cpuinfo"));
        return new Machine(
                field(cpuInfo, "model name"),
                (int) cpuInfo.lines()
                        .filter(line -> line.startsWith("processor"))
                        .count(),
                Long.parseLong(field(Files.readString(Path.of("/proc/meminfo")), "MemTotal")
                                .split(" ", -1)[0])
                        / KIB_PER_MIB,
                Files.readString(Path.of("/proc/version")).strip(),
                readDistribution(),
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                orNone(Path.of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")));
    }

    private static String readDistribution() throws IOException {
        final Path release = Path.of("/etc/os-release");
        return Files.exists(release)
                ? field(Files.readString(release), "PRETTY_NAME").replace("\"", "")
                : "unknown";
    }

    private static String orNone(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file).strip() : "none";
    }

    /** The value of the first line {@code name : value} or {@code name=value}. */
    private static String field(String text, String name) {
        return text.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.replaceFirst("^[^:=]*[:=]\\s*", "").strip())
                .findFirst()
                .orElse("unknown");
    }
}
