package dev.sluice.aio;

import dev.sluice.events.OperationPort;
import dev.sluice.uring.Descriptors;
import dev.sluice.uring.Errno;
import java.util.Arrays;

/**
 * Who may go to the disk, and when. One window for each block device's reads, and one for all that a kernel worker must
 * carry out: opens, stats and writes.
 *
 * <p>Three traps it avoids. A cached read must not queue behind cold ones: it goes past the window. Opens must not fill
 * the kernel's workers, which serve in order of arrival: they are tried on the caches first and held below the number
 * of workers, with some kept for high bands. And a full block-layer queue blocks whoever submits next: the
 * window of reads stays below it.
 */
final class Admission {
    private static final int PAGE_BYTES = 4096;

    private final OperationPort port;
    private final AsyncIoOptions options;
    private final AdmissionWindow workers;
    private final InlineHistory history = new InlineHistory();

    private long[] devices = new long[0];
    private AdmissionWindow[] deviceWindows = new AdmissionWindow[0];

    private long countedAtEnter;

    /** False once the kernel refused cachestat: then the history alone decides. */
    private boolean cachestatWorks = true;

    Admission(OperationPort port, AsyncIoOptions options) {
        this.port = port;
        this.options = options;
        workers = new AdmissionWindow(port, options.openWindow(), options.openReserved());
    }

    /** For what a kernel worker carries out. */
    AdmissionWindow workers() {
        return workers;
    }

    AdmissionWindow windowOf(long device) {
        for (int i = 0; i < devices.length; i++) {
            if (devices[i] == device) {
                return deviceWindows[i];
            }
        }
        final AdmissionWindow window = newReadWindow();
        devices = Arrays.copyOf(devices, devices.length + 1);
        devices[devices.length - 1] = device;
        deviceWindows = Arrays.copyOf(deviceWindows, devices.length);
        deviceWindows[devices.length - 1] = window;
        return window;
    }

    private AdmissionWindow newReadWindow() {
        return options.readLatencyTargetNs() == 0L
                ? new AdmissionWindow(port, options.readWindow(), 0)
                : new AdmissionWindow(port, new WindowTuner(options.readLatencyTargetNs(), options.readWindow()));
    }

    /** Starts a read now if the page cache has it, else when the device's window lets it go. */
    void read(DiskOperation read, AsyncFile file, long position, int lengthBytes) {
        final AdmissionWindow window = file.readWindow();
        if (window.surprises() <= options.surpriseBudget() && isCached(file, position, lengthBytes)) {
            window.pass(read);
        } else {
            window.hold(read);
            window.admit();
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
            final boolean inline = port.completedInline(read);
            history.record(file.historyKey(), inline);
            read.window.answered(read, inline && !file.isDirect());
        }
        read.window.left(read);
    }

    /** Submits what there is room for now. */
    void admit() {
        workers.admit();
        final boolean entered = port.enters() != countedAtEnter;
        countedAtEnter = port.enters();
        for (final AdmissionWindow window : deviceWindows) {
            if (entered) {
                window.countSurprises();
            }
            window.admit();
        }
    }

    /** Operations that wait for their turn. */
    int heldCount() {
        int held = workers.heldCount();
        for (final AdmissionWindow window : deviceWindows) {
            held += window.heldCount();
        }
        return held;
    }
}
