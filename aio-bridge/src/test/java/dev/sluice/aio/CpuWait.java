// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How long the calling thread, ready to run, has waited for a CPU that others had: what a busy machine adds to any time taken. */
final class CpuWait {
    private static final Path SCHEDSTAT = Path.of("/proc/thread-self/schedstat");

    private CpuWait() {}

    /** In all its life, in nanoseconds; always 0 where the kernel does not tell. */
    static long ns() {
        if (!Files.isReadable(SCHEDSTAT)) {
            return 0L;
        }
        try {
            return Long.parseLong(Files.readString(SCHEDSTAT).strip().split(" ", -1)[1]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
