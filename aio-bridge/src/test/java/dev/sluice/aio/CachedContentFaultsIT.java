// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.Resource;
import dev.sluice.uring.RingOptions;
import dev.sluice.uring.kernel.KernelRing;
import dev.sluice.uring.linux.Errno;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A content that cannot be read, or not as a whole, is not kept, nobody is told, and the file is served as ever. */
class CachedContentFaultsIT {
    private static final long SETTLED_NS = 30_000_000L;
    private static final int REST_USES = 32;

    @TempDir
    Path directory;

    @Test
    void shouldNotKeepWhatCannotBeRead() throws Exception {
        for (final int errno : new int[] {Errno.EIO, Errno.EINTR, Errno.ENOMEM, Errno.ECANCELED}) {
            shouldServeOnAfter(result -> -errno);
        }
    }

    @Test
    void shouldNotKeepAPart() throws Exception {
        shouldServeOnAfter(result -> 0);
    }

    private void shouldServeOnAfter(IntUnaryOperator verdict) throws Exception {
        Files.writeString(directory.resolve("file"), "content");
        final FaultingRing ring = new FaultingRing(KernelRing.open(RingOptions.defaults()));
        try (CacheFixture served =
                new CacheFixture(directory, 8, new AioFixture(ring.asRing())).keepingContents(1 << 20)) {
            served.ask("file");
            served.aio.expectSilence(SETTLED_NS);
            ring.arm(FaultingRing.ALL_OPERATIONS, 1, verdict, false);
            final CachedFile file = served.cache.find("file");
            assertThat(file.content()).isNull();
            file.release();
            served.aio.expectSilence(1_000_000L);
            assertThat(ring.steps()).as("it was read").isEqualTo(1);
            ring.disarm();

            assertThat(served.cache.contentBytes()).isZero();
            assertThat(served.contents.inUse(Resource.BUFFER_BYTES)).isZero();
            for (int i = 0; i < REST_USES; i++) {
                served.assertAsFresh("file");
                assertThat(served.cache.contentBytes())
                        .as("not tried again at once")
                        .isZero();
            }
            served.keep("file");
            served.assertAsFresh("file");
        }
    }
}
