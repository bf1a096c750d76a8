// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.disk;

import dev.sluice.aio.line.LineOperation;

/** Places at a disk, which other queues take, too; for reads or for writes. */
final class DiskPlaces implements Places {
    private final DiskLine line;
    private final boolean write;

    DiskPlaces(DiskLine line, boolean write) {
        this.line = line;
        this.write = write;
    }

    @Override
    public boolean hasRoom(LineOperation operation, int limit, int others) {
        return line.hasGrant(write) || line.disk.hasRoom(write, limit, others);
    }

    @Override
    public boolean take(int limit, int others) {
        return line.useGrant(write) || line.disk.enter(write, limit, others);
    }

    @Override
    public void giveBack() {
        line.disk.left(line, write);
    }
}
