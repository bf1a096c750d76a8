package dev.sluice.aio;

import dev.sluice.events.OperationPort;
import dev.sluice.uring.Descriptors;
import dev.sluice.uring.Errno;
import java.util.Arrays;

/**
 * Who may go to the disk, and when. One window for each block device's reads, and one for all that a kernel worker must
 * carry out: opens, stats and writes. Containers may have limits of their own across all of them.
 *
 * <p>Three traps it avoids. A cached read must not queue behind cold ones: it goes past the window. Opens must not fill
 * the kernel's workers, which serve in order of arrival: they are tried on the caches first and held below the number
 * of workers, with some kept for high bands. And a full block-layer queue blocks whoever submits next: the
 * window of reads stays below it. To submit a read also waits where the file system must first read where the data is:
 * then a worker does it.
 */
final class Admission {
    private static final int PAGE_BYTES = 4096;

    private final OperationPort port;
    private final AsyncIoOptions options;
    private final LineOrder order;
    private final AdmissionWindow workers;
    private final InlineHistory history = new InlineHistory();

    private long[] devices = new long[0];

    /** That of the workers, and one for each of the devices. */
    private AdmissionWindow[] windows;

    private long countedAtEnter;

    /** False once the kernel refused cachestat: then the history alone decides. */
    private boolean cachestatWorks = true;

    Admission(OperationPort port, LineOrder order, AsyncIoOptions options) {
        this.port = port;
        this.order = order;
        this.options = options;
        workers = AdmissionWindow.fixed(port, order, options.openWindow(), options.openReserved());
        windows = new AdmissionWindow[] {workers};
    }

    /** For what a kernel worker carries out. */
    AdmissionWindow workers() {
        return workers;
    }

    AdmissionWindow windowOf(long device) {
        for (int i = 0; i < devices.length; i++) {
            if (devices[i] == device) {
                return windows[i + 1];
            }
        }
        final AdmissionWindow window = newReadWindow();
        devices = Arrays.copyOf(devices, devices.length + 1);
        devices[devices.length - 1] = device;
        windows = Arrays.copyOf(windows, windows.length + 1);
        windows[windows.length - 1] = window;
        return window;
    }

    private AdmissionWindow newReadWindow() {
        final long targetNs = options.readLatencyTargetNs();
        return targetNs == 0L
                ? AdmissionWindow.fixed(port, order, options.readWindow(), 0)
                : AdmissionWindow.tuned(port, order, new WindowTuner(targetNs, options.readWindow()));
    }

    /** Starts a read now if the page cache has it, else when the device's window lets it go. */
    void read(DiskOperation read, AsyncFile file, long position, int lengthBytes) {
        final AdmissionWindow window = file.readWindow();
        if (!file.isDirect()
                && window.surprises() <= options.surpriseBudget()
                && isCached(file, position, lengthBytes)) {
            window.pass(read);
        } else {
            window.hold(read);
            window.admit();
            workers.admit(); // what it may have been handed
        }
    }

    private boolean isCached(AsyncFile file, long position, int lengthBytes) {
        if (history.lastReadWasInline(file.historyKey())) {
            return true;
        }
        if (!cachestatWorks) {
            return false;
        }
        final long endOfFile = file.knownSizeBytes();
        final long end = Math.min(position + lengthBytes, endOfFile);
        if (end <= position) {
            return true; // past the end: there is nothing to read
        }
        final long cached = Descriptors.cachedPages(file.fd(), position, end - position);
        if (cached < 0) {
            cachestatWorks = cached != -Errno.ENOSYS && cached != -Errno.EPERM;
            return false;
        }
        return cached > (end - 1) / PAGE_BYTES - position / PAGE_BYTES;
    }

    void readCompleted(DiskOperation read, AsyncFile file, int result) {
        if (result > 0) {
            final boolean byWorker = read.device != null;
            final boolean inline = !byWorker && !file.isDirect() && port.completedInline(read);
            if (byWorker) {
                file.blockMap().readByWorker();
            }
            history.record(file.historyKey(), inline);
            (byWorker ? read.device : read.window).answered(read, inline);
        }
        read.window.left(read);
    }

    /** Submits what there is room for now; what has room in a container that windows share, in the order of all of them. */
    void admit() {
        if (port.enters() != countedAtEnter) {
            countedAtEnter = port.enters();
            for (final AdmissionWindow window : windows) {
                window.countSurprises();
            }
        }
        for (DiskOperation next = next(); next != null; next = next()) {
            next.window.admit(next);
        }
        for (final AdmissionWindow window : windows) {
            window.settled();
        }
    }

    private DiskOperation next() {
        DiskOperation first = null;
        for (final AdmissionWindow window : windows) {
            final DiskOperation next = (DiskOperation) window.next();
            if (next != null && (first == null || LineOrder.goesBefore(next, first))) {
                first = next;
            }
        }
        return first;
    }

    /** Operations that wait for their turn. */
    int heldCount() {
        int held = 0;
        for (final AdmissionWindow window : windows) {
            held += window.heldCount();
        }
        return held;
    }
}
