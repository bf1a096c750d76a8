// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.kernel;

import dev.sluice.uring.Closing;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.memory.NativeMemory;
import dev.sluice.uring.sys.SystemCalls;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Tells how much of an enter was no wait: the thread was on its processor, or blocked (state D) on a disk, on memory, on a lock of the
 * kernel; and in which of the kernel's functions. The clock of an enter that was asked to wait does not show it, and neither does the
 * thread, until it is back. So another thread looks, by what /proc says of it. A wait that is one (state S) counts nothing.
 *
 * <p>The watched thread pays two plain stores and a read an enter. The other looks each {@link #LOOK_NS}, less often while one
 * enter goes on waiting, and more often while it sees the thread busy: what is shorter than a look may go unseen, and what is seen is
 * reported short by up to one.
 */
final class WaitWatch implements AutoCloseable {
    /** Between two looks while enters come and go: each costs some 100 us, as rare as it is. */
    static final long LOOK_NS = 40_000_000L;

    /** The same while one of them waits and waits. */
    static final long IDLE_LOOK_NS = 80_000_000L;

    /** The same while the thread is seen busy: also how much too long the report can be. */
    private static final long BUSY_LOOK_NS = 2_000_000L;

    private static final long STACK_BYTES = 256L << 10;
    private static final int TEXT_BYTES = 1024;
    private static final char RUNNING = 'R';
    private static final char BLOCKED = 'D';

    private static final VarHandle WAIT;
    private static final VarHandle BUSY_WAIT;

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            WAIT = lookup.findVarHandle(WaitWatch.class, "waits", long.class);
            BUSY_WAIT = lookup.findVarHandle(WaitWatch.class, "busyWait", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Path task;
    private final Thread watcher;
    private final NativeMemory memory = NativeMemory.map(TEXT_BYTES);
    private final ByteBuffer text = memory.buffer(0L, TEXT_BYTES);
    private final int statFd;
    private final int schedstatFd;
    private volatile boolean closed;

    /** Odd while the thread is in an enter, another number for each. Written by the watched thread. */
    private long waits;

    /** The enter that the rest is about. Written by the watcher. */
    private long busyWait;

    private volatile long busyNs;

    /** When the thread was last seen, if it was busy then; else 0. */
    private volatile long seenBusyNs;

    private volatile String where = "";

    private WaitWatch(Path task, int statFd, int schedstatFd) {
        this.task = task;
        this.statFd = statFd;
        this.schedstatFd = schedstatFd;
        watcher = new Thread(null, this::look, "watch-" + Thread.currentThread().getName(), STACK_BYTES, false);
        watcher.setDaemon(true);
    }

    /**
     * Watches the calling thread.
     *
     * @return null where /proc does not tell, or no thread can be had: then waits are believed to be what they are called
     */
    static @Nullable WaitWatch ofThisThread() {
        try {
            final Path self = Files.readSymbolicLink(Path.of("/proc/thread-self"));
            final WaitWatch watch = of(Path.of("/proc").resolve(self));
            watch.start();
            return watch;
        } catch (IOException e) {
            System.getLogger(WaitWatch.class.getName())
                    .log(System.Logger.Level.INFO, "stalls inside the kernel are not told: {0}", e.toString());
            return null;
        }
    }

    /** For the thread that a directory of /proc is about; does not look yet. */
    static WaitWatch of(Path task) throws IOException {
        final int statFd = Descriptors.open(task.resolve("stat"), OpenFlags.O_RDONLY);
        try {
            return new WaitWatch(task, statFd, Descriptors.open(task.resolve("schedstat"), OpenFlags.O_RDONLY));
        } catch (IOException e) { // not every kernel has it
            Descriptors.close(statFd);
            throw e;
        }
    }

    private void start() throws IOException {
        try {
            watcher.start();
        } catch (OutOfMemoryError e) { // the limit of processes
            close();
            throw new IOException(e);
        }
    }

    /** The watched thread is about to enter. */
    void begins() {
        WAIT.setOpaque(this, waits + 1L);
    }

    /** It is back: for how long it was busy, as far as was seen, in nanoseconds. */
    long ended() {
        final long ended = waits;
        WAIT.setOpaque(this, ended + 1L);
        if ((long) BUSY_WAIT.getAcquire(this) != ended) {
            return 0L;
        }
        final long lastNs = seenBusyNs;
        return busyNs + (lastNs == 0L ? 0L : Math.max(0L, System.nanoTime() - lastNs));
    }

    /** In which function of the kernel the thread was seen blocked in the enter that has ended; empty if it was not, or the kernel does not say. */
    String where() {
        return (long) BUSY_WAIT.getAcquire(this) == waits - 1L ? where : "";
    }

    private void look() {
        long sleepNs = LOOK_NS;
        long lastWait = 0L;
        long lastNs = 0L;
        long lastCpuNs = 0L;
        char lastState = 0;
        while (!closed) {
            LockSupport.parkNanos(this, sleepNs);
            final long now = (long) WAIT.getOpaque(this);
            if ((now & 1L) == 0L) {
                lastWait = now;
                sleepNs = LOOK_NS;
                continue;
            }
            final char state = stateNow();
            final long cpuNs = cpuNow();
            final long nowNs = System.nanoTime();
            if (state == 0 || (long) WAIT.getOpaque(this) != now) {
                continue; // it came back meanwhile: what was read may be of the time after
            }
            boolean busy = state == BLOCKED;
            if (now == lastWait) {
                final long onCpuNs = cpuNs - lastCpuNs;
                final long blockedNs = isBlocked(lastState, state) ? nowNs - lastNs : 0L;
                busy |= state == RUNNING && onCpuNs > (nowNs - lastNs) / 2L;
                seen(now, Math.max(onCpuNs, blockedNs), busy ? nowNs : 0L, blockedNs > 0L);
            } else if (busy) {
                seen(now, 0L, nowNs, false);
            }
            sleepNs = untilNextLookNs(sleepNs, now == lastWait, busy || state == RUNNING);
            lastWait = now;
            lastNs = nowNs;
            lastCpuNs = cpuNs;
            lastState = state;
        }
    }

    /** Soon for what may be busy for long; but one after the other that were short are looked for no more often than any. */
    private static long untilNextLookNs(long lastNs, boolean sameEnter, boolean maybeBusy) {
        if (maybeBusy) {
            return sameEnter || lastNs != BUSY_LOOK_NS ? BUSY_LOOK_NS : LOOK_NS;
        }
        return sameEnter ? Math.min(IDLE_LOOK_NS, Math.max(LOOK_NS, 2L * lastNs)) : LOOK_NS;
    }

    /** Between two looks: once blocked, and not waiting at the other. What was ready to run may have lacked a processor only. */
    private static boolean isBlocked(char before, char after) {
        return (before == BLOCKED && (after == BLOCKED || after == RUNNING)) || (before == RUNNING && after == BLOCKED);
    }

    private void seen(long inWait, long moreNs, long busyAtNs, boolean stillBlocked) {
        final boolean known = busyWait == inWait;
        if (!known && moreNs == 0L && busyAtNs == 0L) {
            return;
        }
        busyNs = known ? busyNs + moreNs : moreNs;
        seenBusyNs = busyAtNs;
        if (!known) {
            where = "";
        }
        if (stillBlocked && where.isEmpty()) {
            where = whereNow();
        }
        BUSY_WAIT.setRelease(this, inWait);
    }

    /** What the kernel calls the state of a thread, or 0 if it is gone. */
    private synchronized char stateNow() {
        final int length = read(statFd);
        int at = length - 1;
        while (at >= 0 && text.get(at) != ')') { // the name before it may contain anything
            at--;
        }
        return at < 0 || at + 2 >= length ? 0 : (char) text.get(at + 2);
    }

    /** For how long the thread was on a processor in its life. */
    private synchronized long cpuNow() {
        final int length = read(schedstatFd);
        long cpuNs = 0L;
        for (int i = 0; i < length && text.get(i) >= '0' && text.get(i) <= '9'; i++) {
            cpuNs = 10L * cpuNs + text.get(i) - '0';
        }
        return cpuNs;
    }

    private int read(int fd) {
        if (closed) {
            return 0;
        }
        return SystemCalls.pread(fd, memory.address(), TEXT_BYTES, 0L);
    }

    private String whereNow() {
        try {
            final String symbol = Files.readString(task.resolve("wchan"));
            return symbol.equals("0") ? "" : symbol;
        } catch (IOException e) {
            return ""; // for the privileged alone, here
        }
    }

    /** The watcher ends by itself, soon; what it uses is gone at once. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            LockSupport.unpark(watcher);
            final Closing closing = new Closing("closing the watch of waits failed");
            closing.step(() -> Descriptors.close(statFd));
            closing.step(() -> Descriptors.close(schedstatFd));
            closing.step(memory);
            closing.end();
        }
    }
}
