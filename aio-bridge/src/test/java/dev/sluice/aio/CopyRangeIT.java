// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.aio.AioFixture.Seen;
import dev.sluice.containers.Resource;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.testing.OpenDescriptors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Copies of ranges by the kernel, which a thread asks for. */
class CopyRangeIT extends FileTests {
    private static final int MIB = 1 << 20;

    private AsyncFile source;
    private AsyncFile copy;
    private byte[] content;

    @BeforeEach
    void openFiles() throws IOException {
        content = Files.readAllBytes(AioFixture.writeFile(directory.resolve("source"), 3 * MIB + 100));
        source = aio.open(root, "source", OpenOptions.READ);
        copy = aio.open(root, "copy", OpenOptions.createNew(0600));
        source.declareInterest(aio.normal, "source");
        aio.seen.clear();
    }

    private byte[] copied() throws IOException {
        return Files.readAllBytes(directory.resolve("copy"));
    }

    private static Seen told(Object attachment, int result) {
        return new Seen(attachment, Opcode.NOP, result, 0);
    }

    @Test
    void shouldCopyInChunksAndTellAllOfThemOnce() throws Exception {
        final ResourceContainer it = aio.root.child("it");
        assertThat(source.copyRange(0L, copy, 0L, Integer.MAX_VALUE, it, "told"))
                .isNotNegative();

        assertThat(aio.runOne()).isEqualTo(told("told", content.length));
        assertThat(copied()).isEqualTo(content);
        assertThat(it.usage().diskOperations()).as("with the one at the end").isEqualTo(5L);
        assertThat(it.usage().diskBytes()).isEqualTo(content.length);
        assertThat(it.usage().descriptors()).isZero();
    }

    @Test
    void shouldCopyPartsAndSayWhereTheFileEnds() throws Exception {
        source.copyRange(MIB + 7L, copy, 5L, 1_000);
        assertThat(aio.runOne()).isEqualTo(told("source", 1_000));
        assertThat(copied()).hasSize(1_005).endsWith(Arrays.copyOfRange(content, MIB + 7, MIB + 1_007));

        source.copyRange(content.length, copy, 0L, 1);
        assertThat(aio.runOne()).isEqualTo(told("source", 0));
        source.copyRange(content.length - 10L, copy, 0L, 2 * MIB);
        assertThat(aio.runOne()).isEqualTo(told("source", 10));
    }

    @Test
    void shouldTellWhyTheKernelDoesNotCopy() throws Exception {
        final AsyncFile both = aio.open(root, "copy", OpenOptions.READ.withFlags(OpenFlags.O_RDWR));
        source.copyRange(0L, both, 0L, 100);
        aio.runOne();
        both.copyRange(0L, both, 50L, 100, aio.normal, "overlaps");
        assertThat(aio.runOne()).isEqualTo(told("overlaps", -Errno.EINVAL));
        both.copyRange(0L, source, 0L, 100, aio.normal, "not writable");
        assertThat(aio.runOne()).isEqualTo(told("not writable", -Errno.EBADF));
    }

    /** What waits for its turn ends at once; what a thread is at, before its next chunk. */
    @Test
    void shouldBeCancelledBeforeTheNextChunk() throws Exception {
        final ResourceContainer limited = aio.root.child("limited");
        limited.setLimit(Resource.DISK_OPERATIONS, 1L);
        final Allowance taken = aio.io.newAllowance(Resource.DISK_OPERATIONS, 1L, 0L);
        assertThat(taken.tryTake(1L, limited)).isTrue();
        final long waiting = source.copyRange(0L, copy, 0L, MIB, limited, "waiting");
        assertThat(aio.io.isWaiting(waiting)).isTrue();
        aio.io.cancelAfter(waiting, 0L);
        assertThat(aio.runOne()).isEqualTo(told("waiting", -Errno.ETIME));
        taken.giveBack(1L, limited);

        final long running = source.copyRange(0L, copy, 0L, content.length, limited, "running");
        assertThat(aio.io.cancel(running)).isTrue();
        assertThat(aio.runOne()).isEqualTo(told("running", -Errno.ECANCELED));
        assertThat(copied()).as("the chunk that a thread was at").hasSize(MIB);
        aio.runUntil(aio::isIdle);
        assertThat(limited.usage().descriptors()).isZero();
        source.close();
        copy.close();
        aio.runUntil(aio::isIdle);
        aio.assertNothingLeft();
    }

    @Test
    void shouldBeEndedByTheCloseOfTheCopyAndNotByThatOfTheSource() throws Exception {
        final List<String> before = OpenDescriptors.now();
        source.copyRange(0L, copy, 0L, content.length, aio.normal, "copied");
        source.close(aio.normal, "closed");
        assertThat(aio.run(2)).contains(told("copied", content.length));
        assertThat(copied()).isEqualTo(content);

        source = aio.open(root, "source", OpenOptions.READ);
        source.copyRange(0L, copy, 0L, content.length, aio.normal, "copied");
        copy.close(aio.normal, "closed");
        assertThat(aio.run(2)).extracting(Seen::toString).containsExactly("copied:NOP=-125", "closed:CLOSE=0");
        aio.runUntil(aio::isIdle);
        assertThat(OpenDescriptors.since(before))
                .as("but for the source, that was opened anew")
                .hasSizeLessThan(2);
    }

    @Test
    void shouldLeaveNoDescriptorBehindWhenTheQueueIsClosedMeanwhile() throws Exception {
        final Path other = AioFixture.writeFile(directory.resolve("other"), 8 * MIB);
        final List<String> before = OpenDescriptors.now();
        for (int i = 0; i < 5; i++) {
            try (AioFixture closing = new AioFixture()) {
                final AsyncFile from = closing.open(root, "other", OpenOptions.READ);
                final AsyncFile to = closing.open(root, "copy" + i, OpenOptions.createNew(0600));
                from.copyRange(0L, to, 0L, 8 * MIB, closing.normal, "copied");
                closing.collect(closing.events.dequeueNextEvents(1, 0, i * 500_000L));
            }
        }
        Awaitility.await().until(() -> OpenDescriptors.since(before).isEmpty());
        assertThat(Files.size(other)).isEqualTo(8L * MIB);
    }

    @Test
    void shouldCountTheDescriptorsThatItHas() {
        assertThat(aio.normal.usage().descriptors()).isEqualTo(2L);
        source.copyRange(0L, copy, 0L, MIB);
        assertThat(aio.normal.usage().descriptors()).as("its own count, too").isEqualTo(4L);
        aio.runOne();
        assertThat(aio.normal.usage().descriptors()).isEqualTo(2L);
    }

    @Test
    void shouldRefuseWhatIsNoRange() {
        assertThatIllegalArgumentException().isThrownBy(() -> source.copyRange(-1L, copy, 0L, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> source.copyRange(0L, copy, -1L, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> source.copyRange(0L, copy, 0L, 0));
        assertThatIllegalStateException().isThrownBy(() -> source.copyRange(0L, aio.io.newFile(), 0L, 1));
        assertThatIllegalStateException().isThrownBy(() -> aio.io.newFile().copyRange(0L, copy, 0L, 1));
    }
}
