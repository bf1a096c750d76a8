// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.disk;

import dev.sluice.aio.line.LineOrder;
import dev.sluice.events.operation.OperationPort;
import dev.sluice.uring.linux.Errno;
import java.util.Arrays;

/**
 * Who may go to the disk, and when. One window for each {@link Disk}'s reads and writes, one for what a kernel worker must
 * carry out before the disk is known: opens, stats and operations on names, and one for closes. Containers may have limits of their own across all of them.
 *
 * <p>Three traps it avoids. A cached read must not queue behind cold ones: it goes past the window. Opens must not fill
 * the kernel's workers, which serve in order of arrival: they are tried on the caches first and held below the number
 * of workers, with some kept for high bands; writes and closes have other workers. And a full block-layer queue blocks whoever submits next: the
 * window of reads stays below it. To submit a read also waits where the file system must first read where the data is:
 * then a worker does it.
 */
public final class Admission {
    private final FilesBeingCut filesBeingCut = new FilesBeingCut();
    private static final long LOOK_AGAIN_NS = 60_000_000_000L;

    private final OperationPort port;
    private final AdmissionLimits limits;
    private final Disks disks;
    private final Runnable wake;
    private final LineOrder order;
    private final AdmissionWindow workers;
    private final AdmissionWindow closes;
    private final TransferWorkers transferWorkers;
    private final CacheProbe probe;
    private final InlineHistory history = new InlineHistory();

    /** By device number. */
    private Device[] devices = {};

    private DiskLine[] lines = {};

    /** That of the workers, that of the closes, and of each line that of the reads and that of the writes. */
    private AdmissionWindow[] windows;

    private long countedAtEnter;

    /** A number that files have for what they lie on, and the disk as found at that time. */
    private record Device(long number, DiskLine line, long foundNs) {}

    public Admission(
            OperationPort port,
            LineOrder order,
            AdmissionLimits limits,
            PageCache pageCache,
            Disks disks,
            Runnable wake) {
        this.port = port;
        this.order = order;
        this.limits = limits;
        this.disks = disks;
        this.wake = wake;
        probe = new CacheProbe(pageCache);
        workers = new AdmissionWindow(port, order, limits.openWindow(), limits.openReserved());
        transferWorkers = new TransferWorkers(order, limits.openWindow(), limits.openReserved());
        closes = new AdmissionWindow(port, order, limits.openWindow(), limits.openReserved());
        windows = new AdmissionWindow[] {workers, closes};
    }

    /** For what a kernel worker carries out and that knows no disk yet, such as opens. */
    public AdmissionWindow workers() {
        return workers;
    }

    /** For closes that a kernel worker carries out: they wait for no open or write, and none of these for them. */
    public AdmissionWindow closes() {
        return closes;
    }

    public DiskLine lineOf(long device, long mountId) {
        int i = 0;
        while (i < devices.length && devices[i].number != device) {
            i++;
        }
        if (i < devices.length && port.nowNs() - devices[i].foundNs < LOOK_AGAIN_NS) {
            return devices[i].line;
        }
        final DiskLine line = lineOf(disks.find(device, mountId));
        if (i == devices.length) {
            devices = Arrays.copyOf(devices, i + 1);
        }
        devices[i] = new Device(device, line, port.nowNs());
        return line;
    }

    public DiskLine lineOf(Disk disk) {
        for (final DiskLine line : lines) {
            if (line.disk == disk) {
                return line;
            }
        }
        final long targetNs = limits.readLatencyTargetNs();
        final int widest = limits.readWindow();
        final WindowTuner tuner = targetNs == 0L ? null : new WindowTuner(targetNs, widest);
        final DiskLine line = new DiskLine(disk, port, order, transferWorkers, widest, tuner, wake);
        lines = Arrays.copyOf(lines, lines.length + 1);
        lines[lines.length - 1] = line;
        windows = Arrays.copyOf(windows, windows.length + 2);
        windows[windows.length - 2] = line.reads;
        windows[windows.length - 1] = line.writes;
        return line;
    }

    /**
     * A worker is to free or take room in a file: meanwhile nothing of it is read on the loop's thread.
     *
     * @return for {@link #cutEnded}, never 0
     */
    public long cutBegins(AdmittedFile file) {
        filesBeingCut.begins(file.historyKey());
        return file.historyKey();
    }

    public void cutEnded(long cut) {
        filesBeingCut.ended(cut);
    }

    /** Whether to submit a read would wait for the disk, so that a worker must carry it out. */
    public boolean readNeedsWorker(AdmittedFile file, long position, int lengthBytes) {
        return filesBeingCut.contains(file.historyKey())
                || !file.blockMap().has(file, position, lengthBytes, port.nowNs());
    }

    /** Submits a write, or what goes with writes, when the window of the disk lets it go. */
    public void write(AdmittedOperation write, AdmittedFile file) {
        file.writes().submit(write);
    }

    /** Has one wait again that was submitted in vain. May be called while completions are drained. */
    public void awaitAgain(AdmittedOperation operation, AdmittedFile file, boolean writing) {
        (writing ? file.writes() : file.reads()).await(operation);
    }

    /** Submits a read now if the page cache has it, else when the window of the disk lets it go. */
    public void read(AdmittedOperation read, AdmittedFile file, long position, int lengthBytes) {
        final AdmissionWindow window = file.reads();
        if (!file.isDirect()
                && !filesBeingCut.contains(file.historyKey())
                && isBelievedCached(window, file, position, lengthBytes)) {
            read.toldCold = false;
            window.pass(read);
        } else {
            read.toldCold = probe.tellsOf(file) && !window.isTuned();
            window.submit(read);
        }
    }

    /**
     * The kernel knows, for a system call. The history costs nothing and knows nothing of the present: it decides while nobody waits
     * for the device, and where the kernel does not tell, until it was wrong too often.
     */
    private boolean isBelievedCached(AdmissionWindow window, AdmittedFile file, long position, int lengthBytes) {
        final boolean wasCached = history.lastReadWasInline(file.historyKey(), position);
        if (wasCached && window.mayBelieve()) {
            window.believed();
            return true;
        }
        if (probe.tellsOf(file)) {
            final boolean cached = probe.has(file, position, lengthBytes);
            if (cached || probe.tellsOf(file)) {
                return cached;
            }
        }
        return wasCached && window.surprises() <= AdmissionLimits.SURPRISE_BUDGET;
    }

    /**
     * Reads within this call, if the page cache is believed to have all of it. What comes of it is known at once, so belief is limited by what it
     * was wrong in.
     *
     * @return bytes read; 0 or an error for which the read is to be begun by {@link #read}
     */
    public int readNow(AdmittedFile file, long address, int lengthBytes, long position) {
        final AdmissionWindow window = file.reads();
        if (file.isDirect() || window.line().refusesReadNow || readNeedsWorker(file, position, lengthBytes)) {
            return 0;
        }
        final boolean wasCached = history.lastReadWasInline(file.historyKey(), position);
        if (!(wasCached && window.mayBelieve()) && !(probe.tellsOf(file) && probe.has(file, position, lengthBytes))) {
            return 0;
        }
        final int result = probe.pageCache.readNow(file.fd(), address, lengthBytes, position);
        if (result < lengthBytes) {
            window.believed(); // the kernel reads ahead
        }
        if (result > 0 || result == -Errno.EAGAIN) {
            history.record(file.historyKey(), position, result > 0);
        }
        window.line().refusesReadNow = result == -Errno.EOPNOTSUPP || result == -Errno.ENOSYS || result == -Errno.EPERM;
        return result;
    }

    public void readCompleted(AdmittedOperation read, AdmittedFile file, long position, int result) {
        if (result > 0) {
            final boolean byWorker = read.isByWorker();
            final boolean inline = !byWorker && !file.isDirect() && port.completedInline(read);
            if (byWorker) {
                file.blockMap().readByWorker();
            }
            history.record(file.historyKey(), position, inline);
            read.window.answered(read, inline);
        }
        read.window.left(read);
    }

    /** Submits what there is room for now; what has room in a container that windows share, in the order of all of them. */
    public void admit() {
        if (port.enters() != countedAtEnter) {
            countedAtEnter = port.enters();
            for (final AdmissionWindow window : windows) {
                window.countSurprises();
            }
        }
        admitAll();
        boolean again = false;
        for (final DiskLine line : lines) {
            again |= line.settled();
        }
        if (again) {
            admitAll();
        }
        for (final AdmissionWindow window : windows) {
            window.settled();
        }
    }

    private void admitAll() {
        for (AdmittedOperation next = next(); next != null; next = next()) {
            next.window.admit(next);
        }
    }

    private AdmittedOperation next() {
        AdmittedOperation first = null;
        for (final AdmissionWindow window : windows) {
            final AdmittedOperation next = (AdmittedOperation) window.next();
            if (next != null && (first == null || goesBefore(next, first))) {
                first = next;
            }
        }
        return first;
    }

    /** Of one band, writes go last. */
    private static boolean goesBefore(AdmittedOperation a, AdmittedOperation b) {
        if (a.band() == b.band() && a.window.isOfWrites() != b.window.isOfWrites()) {
            return b.window.isOfWrites();
        }
        return LineOrder.goesBefore(a, b);
    }

    /** The queue is closed. */
    public void close() {
        for (final DiskLine line : lines) {
            line.close();
        }
    }

    /** Operations that wait for their turn. */
    public int waitingCount() {
        int waiting = 0;
        for (final AdmissionWindow window : windows) {
            waiting += window.waitingCount();
        }
        return waiting;
    }
}
