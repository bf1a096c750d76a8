package dev.sluice.uring;

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
