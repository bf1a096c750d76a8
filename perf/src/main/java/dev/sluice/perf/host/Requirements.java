// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.host;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a scenario needs and this machine may lack. */
public final class Requirements {
    private static final int CPUS = 2;

    private Requirements() {}

    /**
     * What is missing for control groups and pinned CPUs.
     *
     * @param programs programs that must be installed beside taskset
     * @return one sentence per lack, with what helps; empty when all is there
     */
    public static List<String> missing(String... programs) {
        final List<String> missing = new ArrayList<>();
        if (!"root".equals(System.getProperty("user.name"))) {
            missing.add("control groups need root: run with sudo");
        }
        if (!Files.isWritable(Path.of("/sys/fs/cgroup")) && !Files.isWritable(Path.of("/sys/fs/cgroup/blkio"))) {
            missing.add("/sys/fs/cgroup is not writable: a container needs its own, or run on the host");
        }
        if (onlineCpus() < CPUS) {
            missing.add("server and load need a CPU each, this machine has " + onlineCpus());
        }
        missing.addAll(missingPrograms("taskset"));
        missing.addAll(missingPrograms(programs));
        return missing;
    }

    /**
     * What is missing for a measurement that needs no more than programs.
     *
     * @param programs programs that must be installed
     * @return one sentence per lack; empty when all is there
     */
    public static List<String> missingPrograms(String... programs) {
        return Stream.of(programs)
                .filter(program -> Commands.find(program).isEmpty())
                .map(program -> program + " is not installed")
                .toList();
    }

    /** The JVM itself may be pinned to one of them already. */
    private static int onlineCpus() {
        int count = 0;
        while (Files.isDirectory(Path.of("/sys/devices/system/cpu/cpu" + count))) {
            count++;
        }
        return count;
    }
}
