// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How long a virtual CPU was ready to run and its host ran something else: to the guest a thread seems to take so much longer
 * over whatever it is doing.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_stat.5.html">proc_stat(5), steal</a>
 */
public final class StolenTime {
    private static final int STEAL = 8;

    /** USER_HZ is 100 on every architecture that Java runs on. */
    private static final long MS_PER_TICK = 10;

    private StolenTime() {}

    /**
     * The time stolen from a CPU.
     *
     * @param cpu its number
     * @return milliseconds since the start of the machine, in steps of 10; always 0 where the host does not tell
     * @throws IOException if it cannot be read
     */
    public static long ms(int cpu) throws IOException {
        return ms(cpu, Files.readAllLines(Path.of("/proc/stat")));
    }

    static long ms(int cpu, List<String> procStat) throws IOException {
        final String name = "cpu" + cpu;
        for (String line : procStat) {
            final String[] fields = line.split(" +", -1);
            if (fields[0].equals(name)) {
                return MS_PER_TICK * Long.parseLong(fields[STEAL]);
            }
        }
        throw new IOException("/proc/stat has no " + name + ": is that CPU offline?");
    }
}
