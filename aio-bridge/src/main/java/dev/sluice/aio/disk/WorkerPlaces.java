// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.disk;

import dev.sluice.aio.line.LineOperation;
import dev.sluice.containers.Priority;

/** Kernel workers, some kept for high bands. */
final class WorkerPlaces implements Places {
    private final int reservedForHigh;
    private int taken;

    WorkerPlaces(int reservedForHigh) {
        this.reservedForHigh = reservedForHigh;
    }

    @Override
    public boolean hasRoom(LineOperation operation, int limit, int others) {
        final int usable = operation.band() >= Priority.HIGH ? limit : limit - reservedForHigh;
        return taken + others < usable;
    }

    @Override
    public boolean take(int limit, int others) {
        taken++;
        return true;
    }

    @Override
    public void giveBack() {
        taken--;
    }
}
