// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.memory;

import dev.sluice.aio.line.SetAside;
import dev.sluice.aio.line.Supply;
import dev.sluice.aio.line.WaitingOperation;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.uring.linux.Errno;

/** Waits for a block of an {@link Arena}. */
final class LeaseOperation extends WaitingOperation {
    private final Arena arena;
    private final Supply supply;
    private final int minBytes;

    LeaseOperation(Arena arena, OperationPort port, Supply supply, int minBytes) {
        super(port, supply);
        this.arena = arena;
        this.supply = supply;
        this.minBytes = minBytes;
    }

    int sizeClass() {
        return BufferSlab.classOf(minBytes);
    }

    @Override
    public SetAside keptBackIn() {
        return arena.fragmentedLeases().keptBackIn(sizeClass());
    }

    @Override
    public void granted() {
        final Block block = arena.cut(sizeClass(), container());
        if (block != null) {
            end(0, block.face());
            return;
        }
        final ResourceContainer had = container();
        end(-Errno.ENOMEM, null); // there is room for it here, and none in the system
        supply.gaveBack(amount(), had);
    }

    @Override
    protected String describe() {
        return "lease of " + minBytes + " bytes";
    }
}
