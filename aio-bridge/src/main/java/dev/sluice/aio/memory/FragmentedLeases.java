// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.memory;

import dev.sluice.aio.line.Line;
import dev.sluice.aio.line.LineOperation;
import dev.sluice.aio.line.LineOrder;
import dev.sluice.aio.line.SetAside;

/**
 * Leases for which there is enough memory in pieces that are too small. They wait aside, by size, until a block of theirs lies together
 * again, and meanwhile hold up nobody who makes do with what there is.
 */
final class FragmentedLeases implements SetAside.Room {
    private final Arena arena;
    private final SetAside[] bySizeClass = new SetAside[BufferSlab.CLASSES];

    FragmentedLeases(Arena arena, LineOrder order) {
        this.arena = arena;
        for (int i = 0; i < bySizeClass.length; i++) {
            bySizeClass[i] = new SetAside(order);
        }
    }

    /** Where a lease waits for which there is no block; null if there is one. */
    SetAside keptBackIn(int sizeClass) {
        return arena.hasBlock(sizeClass) ? null : bySizeClass[sizeClass];
    }

    /** Whether one waits for blocks to lie together, which any that is given back may be the last of. */
    boolean isAnyWaiting(Line line) {
        for (final SetAside setAside : bySizeClass) {
            if (setAside.firstBand(line) >= 0) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean isFor(LineOperation operation, Line line) {
        return arena.hasBlock(((LeaseOperation) operation).sizeClass());
    }

    /** The first of each size for which there is a block is in line again. */
    void takeBack(Line line) {
        for (final SetAside setAside : bySizeClass) {
            setAside.takeBack(line, this);
        }
    }
}
