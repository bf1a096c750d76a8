// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.kernel;

import dev.sluice.uring.Ring;
import dev.sluice.uring.RingOptions;
import dev.sluice.uring.contract.FileContract;
import dev.sluice.uring.contract.FileDataContract;
import dev.sluice.uring.contract.MessageContract;
import dev.sluice.uring.contract.PathContract;
import dev.sluice.uring.contract.PollAndTimeoutContract;
import dev.sluice.uring.contract.RingContract;
import dev.sluice.uring.contract.RingHazardsContract;
import dev.sluice.uring.contract.RingQueuesContract;
import dev.sluice.uring.contract.RingTester;
import dev.sluice.uring.contract.SocketContract;
import dev.sluice.uring.contract.SocketMessageContract;
import org.junit.jupiter.api.Nested;

/** {@link RingContract} on KernelRing. */
class KernelRingContractIT {
    private interface OnKernelRing extends RingContract {
        @Override
        default RingTester open(int entries, int cqEntries) {
            return RingTester.open(new RingOptions(entries, cqEntries));
        }
    }

    @Nested
    class Queues extends RingQueuesContract implements OnKernelRing {}

    @Nested
    class Polls extends PollAndTimeoutContract implements OnKernelRing {}

    @Nested
    class Sockets extends SocketContract implements OnKernelRing {}

    @Nested
    class Files extends FileContract implements OnKernelRing {}

    @Nested
    class Hazards extends RingHazardsContract implements OnKernelRing {}

    @Nested
    class FileData extends FileDataContract implements OnKernelRing {}

    @Nested
    class Paths extends PathContract implements OnKernelRing {}

    @Nested
    class SocketMessages extends SocketMessageContract implements OnKernelRing {}

    @Nested
    class Messages extends MessageContract implements OnKernelRing {
        @Override
        protected RingTester openBeside(RingTester other, int entries, int cqEntries) {
            return open(entries, cqEntries);
        }

        @Override
        protected Ring openDisabledBeside(RingTester other) {
            return KernelRing.open(RingOptions.defaults());
        }
    }
}
