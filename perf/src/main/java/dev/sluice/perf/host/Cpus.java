// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.host;

import java.io.IOException;

/** Which CPU does what: the server has CPU 0, everything that measures it CPU 1. */
public final class Cpus {
    /** Where every server runs. */
    public static final int SERVER = 0;
    /** Where the load generators run. */
    public static final int LOAD = 1;

    private Cpus() {}

    /**
     * Moves all threads of this JVM, and those to come, to the CPU of the load generators.
     *
     * @throws IOException if taskset is missing or the machine has a single CPU
     */
    public static void pinThisProcess() throws IOException {
        Commands.run(
                Commands.require("taskset"),
                "--all-tasks",
                "--pid",
                "--cpu-list",
                Integer.toString(LOAD),
                Long.toString(ProcessHandle.current().pid()));
    }
}
