package dev.sluice.uring;

import dev.sluice.uring.sys.CqeLayout;
import dev.sluice.uring.sys.NativeView;
import dev.sluice.uring.sys.ParamsLayout;
import dev.sluice.uring.sys.RingLayout;
import dev.sluice.uring.sys.SqeLayout;
import java.nio.ByteBuffer;

/**
 * Where the two queues lie in memory, from what liburing and the kernel answered: views of the mappings, and offsets in them. The sizes are
 * those returned, which the kernel may have rounded or clamped.
 */
final class RingMapping {

    /** Takes the place of a mapping that is gone. */
    static final ByteBuffer UNMAPPED = ByteBuffer.allocate(0);

    final ByteBuffer sqRing;
    final int sqHeadOffset;
    final int sqTailOffset;
    final int sqFlagsOffset;
    final int sqEntries;
    final ByteBuffer sqes;

    final ByteBuffer cqRing;
    final int cqHeadOffset;
    final int cqTailOffset;
    final int cqesOffset;
    final int cqEntries;

    /** Reads a set-up {@link RingLayout} and its {@link ParamsLayout}. */
    RingMapping(ByteBuffer ring, ByteBuffer params) {
        final long sqAddress = ring.getLong(RingLayout.SQ_RING_PTR);
        sqEntries = params.getInt(ParamsLayout.SQ_ENTRIES);
        sqRing = NativeView.of(sqAddress, Math.toIntExact(ring.getLong(RingLayout.SQ_RING_SZ)));
        sqHeadOffset = offsetIn(sqAddress, ring.getLong(RingLayout.SQ_KHEAD));
        sqTailOffset = offsetIn(sqAddress, ring.getLong(RingLayout.SQ_KTAIL));
        sqFlagsOffset = offsetIn(sqAddress, ring.getLong(RingLayout.SQ_KFLAGS));
        sqes = NativeView.of(ring.getLong(RingLayout.SQ_SQES), sqEntries * SqeLayout.SIZE);

        final long cqAddress = ring.getLong(RingLayout.CQ_RING_PTR);
        cqEntries = params.getInt(ParamsLayout.CQ_ENTRIES);
        cqRing = NativeView.of(cqAddress, Math.toIntExact(ring.getLong(RingLayout.CQ_RING_SZ)));
        cqHeadOffset = offsetIn(cqAddress, ring.getLong(RingLayout.CQ_KHEAD));
        cqTailOffset = offsetIn(cqAddress, ring.getLong(RingLayout.CQ_KTAIL));
        cqesOffset = offsetIn(cqAddress, ring.getLong(RingLayout.CQ_CQES));
        if (cqesOffset + cqEntries * CqeLayout.SIZE > cqRing.capacity()) {
            throw new RingException(
                    "liburing's struct io_uring is not laid out as expected: " + cqEntries + " completions at "
                            + cqesOffset + " in a mapping of " + cqRing.capacity() + " bytes",
                    0);
        }

        // Newer liburing asks for NO_SQARRAY by itself; array offset 0 would then be the head of the ring.
        if ((params.getInt(ParamsLayout.FLAGS) & SetupFlags.NO_SQARRAY) == 0) {
            fillArray(offsetIn(sqAddress, ring.getLong(RingLayout.SQ_ARRAY)));
        }
    }

    /** The kernel takes entries in the order of this array; entry i always in place i makes it a plain ring. */
    private void fillArray(int arrayOffset) {
        for (int i = 0; i < sqEntries; i++) {
            sqRing.putInt(arrayOffset + i * Integer.BYTES, i);
        }
    }

    private static int offsetIn(long mapping, long address) {
        return Math.toIntExact(address - mapping);
    }
}
