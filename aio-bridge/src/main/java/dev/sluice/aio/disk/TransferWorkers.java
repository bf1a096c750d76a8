// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.disk;

import dev.sluice.aio.line.Line;
import dev.sluice.aio.line.LineOperation;
import dev.sluice.aio.line.LineOrder;
import dev.sluice.aio.line.SetAside;
import dev.sluice.containers.Resource;

/**
 * Kernel workers for what must wait for a disk that is known: writes, and reads for which the map of the file must be read first. They
 * are others than those of opens, which so never wait for a write. An operation takes its place at the disk and a worker together: what
 * finds no worker is set aside without holding a place.
 *
 * <p>Some are kept from writes, for reads, and some from each disk, for others: one that hangs holds up no other.
 */
final class TransferWorkers implements SetAside.Room {
    private final int limit;
    private final int usableByOne;
    private final SetAside setAside;
    private int busy;
    private int writing;

    TransferWorkers(LineOrder order, int limit, int reserved) {
        this.limit = limit;
        usableByOne = limit - reserved;
        setAside = new SetAside(order);
    }

    @Override
    public boolean isFor(LineOperation operation, Line line) {
        return isFor((AdmissionWindow) line);
    }

    boolean isFor(AdmissionWindow window) {
        return busy < limit && window.line().byWorkers < usableByOne && (!window.isOfWrites() || writing < usableByOne);
    }

    /** Where operations wait that find none. */
    SetAside setAside() {
        return setAside;
    }

    void take(AdmissionWindow window) {
        count(window, 1);
    }

    void giveBack(AdmissionWindow window) {
        count(window, -1);
        setAside.takeBack(Resource.DISK_OPERATIONS, this);
    }

    private void count(AdmissionWindow window, int change) {
        busy += change;
        window.line().byWorkers += change;
        if (window.isOfWrites()) {
            writing += change;
        }
    }

    /** An operation waits in {@code window} no longer: the next takes its place. */
    void stoppedWaiting(AdmissionWindow window) {
        setAside.takeBack(window, this);
    }
}
