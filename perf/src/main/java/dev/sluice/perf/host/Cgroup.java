// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A control group for one server: its disk is limited and its CPU time and disk reads are counted by the kernel.
 *
 * <p>A process that writes its pid to {@link #procsFiles()} before it becomes the server has all its threads born
 * inside.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v1/blkio-controller.html">blkio, version 1</a>
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html">version 2</a>
 */
public interface Cgroup extends AutoCloseable {

    /**
     * Makes a group in the hierarchies of this machine: version 2 where it has the io controller, else version 1.
     *
     * @param name name of the new directory; must not exist
     * @return an empty group
     * @throws IOException if neither hierarchy is there or writable
     */
    static Cgroup create(String name) throws IOException {
        final Path root = Path.of("/sys/fs/cgroup");
        final Path unifiedControllers = root.resolve("cgroup.controllers");
        if (Files.exists(unifiedControllers)
                && List.of(Files.readString(unifiedControllers).strip().split(" ", -1))
                        .contains("io")) {
            return CgroupV2.create(root, name);
        }
        if (Files.isDirectory(root.resolve("blkio")) && Files.isDirectory(root.resolve("cpuacct"))) {
            return CgroupV1.create(root, name);
        }
        throw new IOException("no control groups for disk and CPU below " + root
                + ": needs blkio and cpuacct (version 1) or the io controller (version 2)");
    }

    /**
     * Where a process writes its pid to enter.
     *
     * @return one file per hierarchy
     */
    List<Path> procsFiles();

    /**
     * What goes before a command so that it runs inside: a shell enters the groups and then becomes the command, whose
     * threads are thus all born there.
     *
     * @return the first words of a command line
     */
    default List<String> enterAndExec() {
        final StringBuilder script = new StringBuilder();
        for (Path procs : procsFiles()) {
            script.append("echo $$ > '").append(procs).append("' && ");
        }
        return List.of("sh", "-c", script.append("exec \"$@\"").toString(), "sh");
    }

    /**
     * Limits reads from one block device.
     *
     * @param device {@code major:minor}
     * @param readsPerSecond reads a second
     * @throws IOException if the kernel refuses
     */
    void limitReads(String device, int readsPerSecond) throws IOException;

    /**
     * Reads that this group has had from one block device since the limit was set.
     *
     * @param device {@code major:minor}
     * @return count
     * @throws IOException if it cannot be read
     */
    long readCount(String device) throws IOException;

    /**
     * CPU time of all processes that are or were inside.
     *
     * @return nanoseconds
     * @throws IOException if it cannot be read
     */
    long cpuNs() throws IOException;

    /**
     * Removes the group.
     *
     * @throws IOException if a process is still inside after some seconds
     */
    @Override
    void close() throws IOException;
}
