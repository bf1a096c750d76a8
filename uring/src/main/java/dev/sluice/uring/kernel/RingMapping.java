// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.kernel;

import dev.sluice.uring.RingUnavailableException;
import dev.sluice.uring.SetupFlags;
import dev.sluice.uring.sys.CqeLayout;
import dev.sluice.uring.sys.ParamsLayout;
import java.nio.ByteBuffer;

/**
 * Where the two queues lie in memory: views of the mappings, and offsets in them. Offsets, sizes and flags are those the kernel returned: it
 * may have rounded or clamped what was asked for, and newer liburing asks for more.
 */
final class RingMapping {

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

    /**
     * Takes the mappings of a set-up ring.
     *
     * @param params the {@link ParamsLayout} that set-up answered
     */
    RingMapping(ByteBuffer params, ByteBuffer sqRing, ByteBuffer cqRing, ByteBuffer sqes) {
        this.sqRing = sqRing;
        sqEntries = params.getInt(ParamsLayout.SQ_ENTRIES);
        sqHeadOffset = params.getInt(ParamsLayout.SQ_HEAD);
        sqTailOffset = params.getInt(ParamsLayout.SQ_TAIL);
        sqFlagsOffset = params.getInt(ParamsLayout.SQ_FLAGS);
        this.sqes = sqes;

        this.cqRing = cqRing;
        cqEntries = params.getInt(ParamsLayout.CQ_ENTRIES);
        cqHeadOffset = params.getInt(ParamsLayout.CQ_HEAD);
        cqTailOffset = params.getInt(ParamsLayout.CQ_TAIL);
        cqesOffset = params.getInt(ParamsLayout.CQ_CQES);
        if (cqesOffset + cqEntries * CqeLayout.SIZE > cqRing.capacity()) {
            throw new RingUnavailableException(
                    "the ring is not mapped as its params say: " + cqEntries + " completions at " + cqesOffset
                            + " in a mapping of " + cqRing.capacity() + " bytes",
                    0);
        }

        // Newer liburing asks for NO_SQARRAY by itself; array offset 0 would then be the head of the ring.
        if ((params.getInt(ParamsLayout.FLAGS) & SetupFlags.NO_SQARRAY) == 0) {
            fillArray(params.getInt(ParamsLayout.SQ_ARRAY));
        }
    }

    /** The kernel takes entries in the order of this array; entry i always in place i makes it a plain ring. */
    private void fillArray(int arrayOffset) {
        for (int i = 0; i < sqEntries; i++) {
            sqRing.putInt(arrayOffset + i * Integer.BYTES, i);
        }
    }
}
