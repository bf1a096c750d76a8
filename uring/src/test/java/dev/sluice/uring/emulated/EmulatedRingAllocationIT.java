// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.emulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.CompletionHandler;
import dev.sluice.uring.Ring;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.contract.AllocatedBytes;
import dev.sluice.uring.contract.RingTester;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.memory.OpenHow;
import dev.sluice.uring.memory.Statx;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: EmulatedRing allocates nothing for what it tries itself or waits for. Method: {@link AllocatedBytes}. */
class EmulatedRingAllocationIT {
    private static final int DATA = 4096;
    private static final int LENGTH = 16;

    @AutoClose
    private final RingTester tester = RingTester.emulated(64, 256);

    private final Ring ring = tester.ring;
    private final int[] ends = tester.closeLater(Descriptors.socketPair());
    private long sum;
    private final CompletionHandler add = (userData, result, flags) -> sum += result;

    @TempDir
    Path folder;

    @Test
    void shouldAllocateNothingPerReceiveThatWaits() {
        assertThat(AllocatedBytes.by(() -> {
                    ring.tryClaim().prepRecv(ends[1], tester.address(DATA), LENGTH, 0);
                    ring.submit();
                    ring.tryClaim().prepSend(ends[0], tester.address(0), LENGTH, 0);
                    ring.submitAndWait(2, -1L);
                    ring.drainCompletions(add, 2);
                }))
                .isZero();
        assertThat(sum).isPositive().isEqualTo(sum / (2 * LENGTH) * (2 * LENGTH));
    }

    @Test
    void shouldAllocateNothingPerCachedRead() throws Exception {
        Files.write(folder.resolve("a"), new byte[2 * LENGTH]);
        OpenHow.write(tester.bytes, 0, OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC, 0L, 0L);
        final long path = tester.name(64, folder.resolve("a").toString());
        final int fd = tester.closeLater(tester.run(sqe -> sqe.prepOpenat2(Statx.AT_FDCWD, path, tester.address(0))));

        assertThat(AllocatedBytes.by(() -> {
                    ring.tryClaim().prepRead(fd, tester.address(DATA), LENGTH, LENGTH);
                    ring.submit();
                    ring.drainCompletions(add, 1);
                }))
                .isZero();
        assertThat(sum % LENGTH).isZero();
    }
}
