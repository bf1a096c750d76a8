package dev.sluice.aio;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.OperationPort;
import java.util.Arrays;

/**
 * How many operations of one kind may be with the kernel at a time. What the kernel has accepted cannot be reordered;
 * what waits here goes by band, within a band to the container that has used least for its share, then by arrival.
 */
final class AdmissionWindow {
    static final int NOT_HELD = -1;

    private final OperationPort port;
    private final int limit;
    private final int reservedForHigh;

    /** Null if the limit is fixed. */
    private final WindowTuner tuner;

    /** A binary heap, the next one to go first. */
    private DiskOperation[] held = new DiskOperation[64];

    private int heldCount;
    private int inFlight;
    private long sequence;

    /** The virtual time of the last operation admitted: a container that was idle starts from here. */
    private long virtualTime;

    /** Reads that went past the window and are not back yet. */
    private int passed;

    /** Those of them that the kernel has tried and not answered on the spot. */
    private int surprises;

    AdmissionWindow(OperationPort port, int limit, int reservedForHigh) {
        this.port = port;
        this.limit = limit;
        this.reservedForHigh = reservedForHigh;
        tuner = null;
    }

    /** Tunes itself to a latency within a limit. */
    AdmissionWindow(OperationPort port, WindowTuner tuner) {
        this.port = port;
        this.tuner = tuner;
        limit = 0;
        reservedForHigh = 0;
    }

    /** Queues {@code operation}; {@link #admit()} lets it go when its turn comes. */
    void hold(DiskOperation operation) {
        final ResourceContainer container = operation.container();
        operation.window = this;
        operation.band = container.effectivePriority();
        operation.sequence = sequence++;
        operation.virtualTime = Math.max(virtualTime, container.virtualDiskTime());
        container.setVirtualDiskTime(operation.virtualTime
                + (long) operation.costBytes() * ResourceContainer.DEFAULT_SHARE / container.share());
        if (heldCount == held.length) {
            held = Arrays.copyOf(held, heldCount * 2);
        }
        place(operation, heldCount);
        siftUp(heldCount++);
    }

    /** Submits what there is room for. Not while completions are drained. */
    void admit() {
        while (heldCount > 0 && hasRoom(held[0])) {
            final DiskOperation operation = held[0];
            final int band = operation.container().effectivePriority();
            if (band != operation.band) { // its priority was changed while it waited
                operation.band = band;
                siftDown(0);
                if (held[0] != operation) {
                    continue;
                }
            }
            remove(operation);
            virtualTime = Math.max(virtualTime, operation.virtualTime);
            operation.admitted = true;
            inFlight++;
            if (tuner != null) {
                operation.admittedNs = port.nowNs();
                operation.tunerRound = tuner.round();
            }
            port.submitToDevice(operation);
        }
        if (tuner != null && heldCount > 0) {
            tuner.turnedAway();
        }
    }

    private boolean hasRoom(DiskOperation operation) {
        final int usable = operation.band >= Priority.HIGH ? limit() : limit() - reservedForHigh;
        return inFlight + surprises < usable;
    }

    /** How many may be in flight now. */
    int limit() {
        return tuner == null ? limit : tuner.window();
    }

    /** Lets {@code operation} go past the window: it is believed not to need the disk. */
    void pass(DiskOperation operation) {
        operation.window = this;
        operation.passedWindow = true;
        passed++;
        port.submit(operation);
    }

    /** Takes a held operation out: it was cancelled. */
    void withdraw(DiskOperation operation) {
        if (operation.heapIndex != NOT_HELD) {
            remove(operation);
        }
        operation.window = null;
    }

    /** A read has been answered, on the spot or after a wait. Before {@link #left}. */
    void answered(DiskOperation read, boolean atOnce) {
        if (tuner == null || !read.admitted) {
            return;
        }
        if (atOnce) {
            tuner.tookNothing(read.tunerRound);
        } else {
            tuner.took(read.tunerRound, port.nowNs() - read.admittedNs);
        }
    }

    /** The kernel is done with an operation that was admitted or passed. */
    void left(DiskOperation operation) {
        if (operation.passedWindow) {
            operation.passedWindow = false;
            passed--;
        } else if (operation.admitted) {
            operation.admitted = false;
            inFlight--;
        }
        operation.window = null;
    }

    /** After an enter and its drain: whatever passed and is not back did need the disk after all. */
    void countSurprises() {
        surprises = passed;
    }

    int surprises() {
        return surprises;
    }

    int inFlight() {
        return inFlight;
    }

    int heldCount() {
        return heldCount;
    }

    private void remove(DiskOperation operation) {
        final int index = operation.heapIndex;
        operation.heapIndex = NOT_HELD;
        final DiskOperation last = held[--heldCount];
        held[heldCount] = null;
        if (last != operation) {
            place(last, index);
            siftDown(index);
            siftUp(last.heapIndex);
        }
    }

    private void siftUp(int from) {
        final DiskOperation operation = held[from];
        int index = from;
        while (index > 0) {
            final int parent = (index - 1) >>> 1;
            if (!goesBefore(operation, held[parent])) {
                break;
            }
            place(held[parent], index);
            index = parent;
        }
        place(operation, index);
    }

    private void siftDown(int from) {
        final DiskOperation operation = held[from];
        int index = from;
        while (true) {
            int child = 2 * index + 1;
            if (child >= heldCount) {
                break;
            }
            if (child + 1 < heldCount && goesBefore(held[child + 1], held[child])) {
                child++;
            }
            if (!goesBefore(held[child], operation)) {
                break;
            }
            place(held[child], index);
            index = child;
        }
        place(operation, index);
    }

    private void place(DiskOperation operation, int index) {
        held[index] = operation;
        operation.heapIndex = index;
    }

    private static boolean goesBefore(DiskOperation a, DiskOperation b) {
        if (a.band != b.band) {
            return a.band > b.band;
        }
        if (a.virtualTime != b.virtualTime) {
            return a.virtualTime < b.virtualTime;
        }
        return a.sequence < b.sequence;
    }
}
