// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.kernel;

import dev.sluice.uring.Closing;
import dev.sluice.uring.CompletionHandler;
import dev.sluice.uring.LateCompletions;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.memory.IoVector;
import dev.sluice.uring.memory.NativeMemory;
import dev.sluice.uring.sys.LibC;
import dev.sluice.uring.sys.SystemCalls;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Late completions of a {@link KernelRing}: until the last operation has ended the kernel writes to the completion queue, whose pages nobody
 * else would have by then. A pipe keeps them, by vmsplice(2); each look has a duplicate of that pipe, by tee(2), copied to memory. A mapping of
 * the ring could not be kept instead, since it keeps the ring open, and its completion work waiting for its owner.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/vmsplice.2.html">vmsplice(2)</a>
 */
final class PipedCompletions implements LateCompletions {
    private final int lengthBytes;
    private final NativeMemory memory;
    private final CompletionQueue completions;

    /** Each the read end and the write end, once there. */
    private int[] pages = {};

    private int[] duplicate = {};

    private PipedCompletions(CompletionQueue queue) {
        lengthBytes = queue.memory().capacity();
        memory = NativeMemory.map(lengthBytes);
        completions = new CompletionQueue(queue, memory.buffer(0L, lengthBytes));
    }

    /** Null if there are no descriptors left, or the kernel does not let go of the pages: before Linux 6.10 they are not for pipes. */
    static @Nullable PipedCompletions keep(CompletionQueue queue) {
        final PipedCompletions late = new PipedCompletions(queue);
        if (late.takePages(queue.memory())) {
            return late;
        }
        late.close();
        return null;
    }

    private boolean takePages(ByteBuffer queue) {
        try {
            pages = Descriptors.pipe();
            duplicate = Descriptors.pipe();
        } catch (UncheckedIOException e) {
            return false;
        }
        if (SystemCalls.fcntl(pages[1], SystemCalls.F_SETPIPE_SZ, lengthBytes) < 0
                || SystemCalls.fcntl(duplicate[1], SystemCalls.F_SETPIPE_SZ, lengthBytes) < 0) {
            return false;
        }
        IoVector.write(memory.buffer(0L, IoVector.SIZE_BYTES), 0, NativeMemory.addressOf(queue), lengthBytes);
        return LibC.vmsplice(pages[1], memory.address(), 1L, LibC.SPLICE_F_NONBLOCK) == lengthBytes;
    }

    @Override
    public int drain(CompletionHandler handler) {
        if (!look()) {
            return 0;
        }
        final int count = completions.size();
        // A second look: of the first, what the tail counts in may have been copied before it was there.
        return count > 0 && look() ? completions.drain(handler, count) : 0;
    }

    /** False if there is no memory for it now. */
    private boolean look() {
        final long there = LibC.tee(pages[0], duplicate[1], lengthBytes, LibC.SPLICE_F_NONBLOCK);
        int copied = 0;
        while (copied < there) {
            final int result = Descriptors.read(duplicate[0], memory.address() + copied, (int) there - copied);
            if (result <= 0) {
                throw Errno.unchecked("read(pipe " + duplicate[0] + ")", -result);
            }
            copied += result;
        }
        return copied == lengthBytes;
    }

    /** Lets go of the pages. */
    @Override
    public void close() {
        final Closing closing = new Closing("closing pipes or memory failed");
        for (final int[] pipe : new int[][] {pages, duplicate}) {
            for (final int fd : pipe) {
                closing.step(() -> Descriptors.close(fd));
            }
        }
        pages = new int[0];
        duplicate = pages;
        closing.step(memory);
        closing.end();
    }
}
