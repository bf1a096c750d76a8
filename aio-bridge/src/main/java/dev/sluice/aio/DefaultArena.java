package dev.sluice.aio;

import dev.sluice.aio.ControlGroupMemory.Limit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.LoggerFactory;

/** How much memory a queue may have for buffers unless it is told: less where a control group has little. */
final class DefaultArena {
    private static final long MOST_BYTES = 256L << 20;

    /**
     * Of what the control group may use: the rest is for the JVM, whose heap alone takes up to a half of a small group, and the kernel,
     * for sockets above all.
     */
    private static final int FRACTION = 8;

    private static final Limit LIMIT = ControlGroupMemory.smallest();

    /** The same for the whole process. */
    static final long BYTES = bytes(LIMIT);

    private static final AtomicBoolean SAID = new AtomicBoolean();

    private DefaultArena() {}

    static long bytes(Limit limit) {
        return limit == null || limit.bytes() / FRACTION >= MOST_BYTES
                ? MOST_BYTES
                : Math.max(limit.bytes() / FRACTION, BufferArena.MAX_BLOCK_BYTES);
    }

    /** Tells in the log, once, that a queue has less than usual, if {@code arenaBytes} is that. */
    static void sayIfLess(long arenaBytes) {
        if (arenaBytes == BYTES && BYTES < MOST_BYTES && SAID.compareAndSet(false, true)) {
            LoggerFactory.getLogger(AsyncIo.class)
                    .info(
                            "buffers of a queue have at most {} KiB, an eighth of the {} KiB that {} allows, in place of {} KiB",
                            BYTES >> 10,
                            LIMIT.bytes() >> 10,
                            LIMIT.file(),
                            MOST_BYTES >> 10);
        }
    }
}
