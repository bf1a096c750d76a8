// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.emulated;

import dev.sluice.uring.contract.FileContract;
import dev.sluice.uring.contract.FileDataContract;
import dev.sluice.uring.contract.PathContract;
import dev.sluice.uring.contract.PollAndTimeoutContract;
import dev.sluice.uring.contract.RingContract;
import dev.sluice.uring.contract.RingHazardsContract;
import dev.sluice.uring.contract.RingQueuesContract;
import dev.sluice.uring.contract.RingTester;
import dev.sluice.uring.contract.SocketContract;
import dev.sluice.uring.contract.SocketMessageContract;
import org.junit.jupiter.api.Nested;

/** {@link RingContract} on EmulatedRing. */
class EmulatedRingContractIT {
    private interface OnEmulatedRing extends RingContract {
        @Override
        default RingTester open(int entries, int cqEntries) {
            return RingTester.emulated(entries, cqEntries);
        }
    }

    @Nested
    class Queues extends RingQueuesContract implements OnEmulatedRing {}

    @Nested
    class Polls extends PollAndTimeoutContract implements OnEmulatedRing {}

    @Nested
    class Sockets extends SocketContract implements OnEmulatedRing {}

    @Nested
    class Files extends FileContract implements OnEmulatedRing {}

    @Nested
    class Hazards extends RingHazardsContract implements OnEmulatedRing {}

    @Nested
    class FileData extends FileDataContract implements OnEmulatedRing {}

    @Nested
    class Paths extends PathContract implements OnEmulatedRing {}

    @Nested
    class SocketMessages extends SocketMessageContract implements OnEmulatedRing {}
}
