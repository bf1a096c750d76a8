// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.memory;

import dev.sluice.aio.memory.ControlGroupMemory.Limit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.LoggerFactory;

/** How much memory a queue may have for buffers: unless it is told, less where a control group has little; in no case more than there is. */
public final class DefaultArena {
    private static final long MOST_BYTES = 256L << 20;

    /**
     * Of what the control group may use: the rest is for the JVM, whose heap alone takes up to a half of a small group, and the kernel,
     * for sockets above all.
     */
    private static final int FRACTION = 8;

    private static final Limit LIMIT = ControlGroupMemory.smallest();

    private static final Limit PHYSICAL = physical();

    /** The same for the whole process. */
    public static final long BYTES = bytes(LIMIT);

    private static final AtomicBoolean SAID = new AtomicBoolean();

    private DefaultArena() {}

    public static long bytes(Limit limit) {
        return limit == null || limit.bytes() / FRACTION >= MOST_BYTES
                ? MOST_BYTES
                : Math.max(limit.bytes() / FRACTION, Arena.MAX_BLOCK_BYTES);
    }

    /** Throws if so much is more than there is. */
    public static void check(long arenaBytes) {
        check(arenaBytes, LIMIT);
        check(arenaBytes, PHYSICAL);
    }

    public static void check(long arenaBytes, Limit limit) {
        if (limit != null && arenaBytes > limit.bytes()) {
            throw new IllegalArgumentException("arenaBytes must be at most " + limit.bytes() + ", which " + limit.file()
                    + " allows: arenaBytes=" + arenaBytes);
        }
    }

    /** The machine's memory; null if that cannot be read. */
    private static Limit physical() {
        final Path file = Path.of("/proc/meminfo");
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith("MemTotal:"))
                    .map(line -> new Limit(Long.parseLong(line.replaceAll("\\D", "")) << 10, file))
                    .findFirst()
                    .orElse(null);
        } catch (IOException e) {
            LoggerFactory.getLogger(DefaultArena.class)
                    .info("How much memory this machine has cannot be read: {}", e.toString());
            return null;
        }
    }

    /** Tells in the log, once, that a queue has less than usual, if {@code arenaBytes} is that. */
    public static void sayIfLess(long arenaBytes) {
        if (arenaBytes == BYTES && BYTES < MOST_BYTES && SAID.compareAndSet(false, true)) {
            LoggerFactory.getLogger(DefaultArena.class)
                    .info(
                            "buffers of a queue have at most {} KiB, an eighth of the {} KiB that {} allows, in place of {} KiB",
                            BYTES >> 10,
                            LIMIT.bytes() >> 10,
                            LIMIT.file(),
                            MOST_BYTES >> 10);
        }
    }
}
