// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.contract;

import dev.sluice.uring.Ring;
import dev.sluice.uring.simulated.SimulatedFaults;
import dev.sluice.uring.simulated.SimulatedRing;
import org.junit.jupiter.api.Nested;

/** {@link RingContract} on SimulatedRing. */
class SimulatedRingContractTest {
    private static final long SEED = Long.getLong("seed", 1L);

    private interface OnSimulatedRing extends RingContract {
        @Override
        default RingTester open(int entries, int cqEntries) {
            return RingTester.simulated(new SimulatedRing(SEED, entries, cqEntries, SimulatedFaults.NONE));
        }
    }

    private static SimulatedRing beside(RingTester other, int entries, int cqEntries) {
        return new SimulatedRing(SEED, entries, cqEntries, SimulatedFaults.NONE, (SimulatedRing) other.ring);
    }

    @Nested
    class Queues extends RingQueuesContract implements OnSimulatedRing {}

    @Nested
    class Polls extends PollAndTimeoutContract implements OnSimulatedRing {}

    @Nested
    class Sockets extends SocketContract implements OnSimulatedRing {}

    @Nested
    class Files extends FileContract implements OnSimulatedRing {}

    @Nested
    class Hazards extends RingHazardsContract implements OnSimulatedRing {}

    @Nested
    class Messages extends MessageContract implements OnSimulatedRing {
        @Override
        protected RingTester openBeside(RingTester other, int entries, int cqEntries) {
            return RingTester.simulated(beside(other, entries, cqEntries));
        }

        @Override
        protected Ring openDisabledBeside(RingTester other) {
            return beside(other, 4, 4);
        }
    }
}
