package dev.sluice.uring;

import org.junit.jupiter.api.Nested;

/** {@link RingContract} on KernelRing. */
class KernelRingContractIT {
    private interface OnKernelRing extends RingContract {
        @Override
        default RingTester open(int entries, int cqEntries) {
            return RingTester.open(
                    RingOptions.builder().entries(entries).cqEntries(cqEntries).build());
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
        RingTester openBeside(RingTester other, int entries, int cqEntries) {
            return open(entries, cqEntries);
        }

        @Override
        Ring openDisabledBeside(RingTester other) {
            return KernelRing.open(RingOptions.defaults());
        }
    }
}
