// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Directories of the cgroup file system. */
final class CgroupDirectories {
    private static final long EMPTY_TIMEOUT_MS = 5_000;

    private CgroupDirectories() {}

    /** Removes a group once it is empty: a process that has ended leaves its group a moment later. */
    static void remove(Path directory) throws IOException {
        final Path procs = directory.resolve("cgroup.procs");
        Polling.until(
                "processes leave " + directory,
                EMPTY_TIMEOUT_MS,
                () -> Files.readString(procs).isBlank());
        Files.delete(directory);
    }
}
