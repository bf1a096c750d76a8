// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.cache;

import dev.sluice.aio.line.RinglessOperation;
import dev.sluice.aio.operation.IoContext;
import dev.sluice.uring.Opcode;

/** Somebody waits for a path to be opened by the cache. */
final class CachedOpen extends RinglessOperation {
    private final PathOpening opening;

    CachedOpen(IoContext io, PathOpening opening) {
        super(io.port());
        this.opening = opening;
    }

    @Override
    protected void withdrawn() {
        opening.leave(this);
    }

    @Override
    protected int operation() {
        return Opcode.OPENAT2;
    }
}
