// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.cache;

import dev.sluice.aio.file.SeenStatus;
import dev.sluice.uring.memory.Statx;
import java.nio.ByteBuffer;

/** By which a file is known to be as it was. */
final class FileStamp {
    /** Two ticks of the slowest clock that kernels stamp files by: two changes within one tick look the same. */
    private static final long GRAIN_NS = 20_000_000L;

    /** Of file systems that keep no nanoseconds. */
    private static final long COARSE_GRAIN_NS = 2_000_000_000L + GRAIN_NS;

    private static final long NS_OF_SECOND = 1_000_000_000L;
    private static final long NS_OF_MS = 1_000_000L;

    final long sizeBytes;
    private final long modifiedSeconds;
    private final int modifiedNanos;
    private final long changedSeconds;
    private final int changedNanos;

    FileStamp(SeenStatus seen) {
        sizeBytes = seen.sizeBytes();
        modifiedSeconds = seen.modifiedSeconds();
        modifiedNanos = seen.modifiedNanos();
        changedSeconds = seen.changedSeconds();
        changedNanos = seen.changedNanos();
    }

    boolean isOf(ByteBuffer statx) {
        return Statx.sizeBytes(statx, 0) == sizeBytes
                && Statx.modifiedNanos(statx, 0) == modifiedNanos
                && Statx.changedNanos(statx, 0) == changedNanos
                && Statx.modifiedSeconds(statx, 0) == modifiedSeconds
                && Statx.changedSeconds(statx, 0) == changedSeconds;
    }

    /** Tells whether whatever changes the file from now on changes this; {@code nowMs} since 1970, of the clock that stamps files. */
    boolean isSettled(long nowMs) {
        final long ageMs = (changedNanos == 0 ? COARSE_GRAIN_NS : GRAIN_NS) / NS_OF_MS;
        final long changedMs = changedSeconds * (NS_OF_SECOND / NS_OF_MS) + changedNanos / NS_OF_MS;
        return nowMs - ageMs > changedMs;
    }
}
