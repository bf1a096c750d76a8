package dev.sluice.uring;

import org.junit.jupiter.api.Nested;

/** {@link RingContract} on SimulatedRing. */
class SimulatedRingContractTest {
    private static final long SEED = Long.getLong("seed", 1L);

    private static RingTester tester(int entries, int cqEntries) {
        return RingTester.simulated(new SimulatedRing(SEED, entries, cqEntries, SimulatedFaults.NONE));
    }

    private static SimulatedRing beside(RingTester other, int entries, int cqEntries) {
        return new SimulatedRing(SEED, entries, cqEntries, SimulatedFaults.NONE, (SimulatedRing) other.ring);
    }

    @Nested
    class Queues extends RingQueuesContract {
        @Override
        public RingTester open(int entries, int cqEntries) {
            return tester(entries, cqEntries);
        }
    }

    @Nested
    class Polls extends PollAndTimeoutContract {
        @Override
        public RingTester open(int entries, int cqEntries) {
            return tester(entries, cqEntries);
        }
    }

    @Nested
    class Sockets extends SocketContract {
        @Override
        public RingTester open(int entries, int cqEntries) {
            return tester(entries, cqEntries);
        }
    }

    @Nested
    class Files extends FileContract {
        @Override
        public RingTester open(int entries, int cqEntries) {
            return tester(entries, cqEntries);
        }
    }

    @Nested
    class Hazards extends RingHazardsContract {
        @Override
        public RingTester open(int entries, int cqEntries) {
            return tester(entries, cqEntries);
        }
    }

    @Nested
    class Messages extends MessageContract {
        @Override
        public RingTester open(int entries, int cqEntries) {
            return tester(entries, cqEntries);
        }

        @Override
        RingTester openBeside(RingTester other, int entries, int cqEntries) {
            return RingTester.simulated(beside(other, entries, cqEntries));
        }

        @Override
        Ring openDisabledBeside(RingTester other) {
            return beside(other, 4, 4);
        }
    }
}
