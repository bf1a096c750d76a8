package dev.sluice.uring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal and method as in {@link AllocationIT}; EmulatedRing allocates nothing for what it tries itself or waits for. */
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
        assertThat(AllocationIT.allocatedBytes(() -> {
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

        assertThat(AllocationIT.allocatedBytes(() -> {
                    ring.tryClaim().prepRead(fd, tester.address(DATA), LENGTH, LENGTH);
                    ring.submit();
                    ring.drainCompletions(add, 1);
                }))
                .isZero();
        assertThat(sum % LENGTH).isZero();
    }
}
