package dev.sluice.uring;

import org.junit.jupiter.api.Nested;

/** {@link RingContract} on KernelRing. */
class KernelRingContractIT {
    private static RingTester tester(int entries, int cqEntries) {
        return RingTester.open(
                RingOptions.builder().entries(entries).cqEntries(cqEntries).build());
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
    class FileData extends FileDataContract {
        @Override
        public RingTester open(int entries, int cqEntries) {
            return tester(entries, cqEntries);
        }
    }

    @Nested
    class Paths extends PathContract {
        @Override
        public RingTester open(int entries, int cqEntries) {
            return tester(entries, cqEntries);
        }
    }

    @Nested
    class SocketMessages extends SocketMessageContract {
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
            return tester(entries, cqEntries);
        }

        @Override
        Ring openDisabledBeside(RingTester other) {
            return KernelRing.open(RingOptions.defaults());
        }
    }
}
