// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.simulated;

import com.sun.jna.Pointer;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.RingException;
import dev.sluice.uring.RingFeatures;
import dev.sluice.uring.RingRegistration;
import dev.sluice.uring.SqeFlags;
import dev.sluice.uring.base.UserSpaceRing;
import dev.sluice.uring.base.WorkerRegistration;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.sys.TimespecLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A ring without a kernel, for tests of order and of faults: the same seed, the same calls, the same completions.
 *
 * <p>It behaves as a kernel ring with DEFER_TASKRUN: what has happened shows as {@link #workPending()} and is posted by the next enter, at
 * most 20 of it: the rest waits for the enters after. Multishot polls report arrivals, not conditions, and end when their completion finds no
 * room. The clock moves only while the ring waits, to the next thing that is due, or by {@link #advance}; a wait that nothing would end
 * throws {@link IllegalStateException}. What goes wrong is up to {@link SimulatedFaults}; what other processes do is up to {@link #host()}.
 *
 * <p>As on any ring, one thread owns it, and a buffer is the ring's until its operation's last completion. The
 * host belongs to the same thread. Of registrations it has the limit of workers only.
 */
public final class SimulatedRing extends UserSpaceRing {
    /** IOSQE_*: seven of them so far. */
    private static final int KNOWN_FLAGS = 0x7f;

    /** IO_LOCAL_TW_DEFAULT_MAX: what an enter runs of the work that is not its own submissions. */
    private static final int WORK_PER_ENTER = 20;

    private static final long NEVER_NS = SimulatedAgenda.NEVER_NS;

    private final SplittableRandom random;
    private final SimulatedFaults faults;
    private final SimulatedHost host = new SimulatedHost(this);
    private final SimulatedOperations operations;

    private final Map<Long, SimulatedRequest> underWay = new HashMap<>();
    private final SimulatedAgenda agenda = new SimulatedAgenda();
    private final SimulatedWorkers workers = new SimulatedWorkers();
    private final SimulatedMail mail;
    private long nowNs;
    private long sequence;
    private final WorkerRegistration registration = new WorkerRegistration(owner) {
        @Override
        protected void limit(int bounded, int unbounded) {
            workers.limit(bounded);
        }
    };

    /** What the enter under way, or the last one, has worked on the ring's thread. */
    private long workedNs;

    /** Its single issuer has died: it cannot be entered any more. */
    private boolean takenOver;

    /** Its descriptor was closed. */
    private boolean lost;

    /**
     * A ring that is not enabled.
     *
     * @param seed of everything random
     * @param entries of the submission queue, a power of two
     * @param cqEntries of the completion queue, a power of two
     * @param faults what goes wrong
     */
    public SimulatedRing(long seed, int entries, int cqEntries, SimulatedFaults faults) {
        this(seed, entries, cqEntries, faults, (SimulatedMail) null);
    }

    /**
     * A ring that is not enabled, and that another can send messages to and receive them from (MSG_RING). Both belong to one thread, or
     * chance would decide what comes first; host and clock are each ring's own.
     *
     * @param seed of everything random
     * @param entries of the submission queue, a power of two
     * @param cqEntries of the completion queue, a power of two
     * @param faults what goes wrong
     * @param neighbour the other ring
     */
    public SimulatedRing(long seed, int entries, int cqEntries, SimulatedFaults faults, SimulatedRing neighbour) {
        this(seed, entries, cqEntries, faults, neighbour.mail);
    }

    private SimulatedRing(long seed, int entries, int cqEntries, SimulatedFaults faults, SimulatedMail neighbour) {
        super(entries, cqEntries);
        if (Integer.bitCount(entries) != 1 || Integer.bitCount(cqEntries) != 1) {
            throw new IllegalArgumentException(
                    "sizes must be powers of two: entries=" + entries + ", cqEntries=" + cqEntries);
        }
        this.faults = faults;
        random = new SplittableRandom(seed);
        operations = new SimulatedOperations(this, host, faults, random);
        mail = new SimulatedMail(this, neighbour);
    }

    /**
     * Returns the world outside of the ring.
     *
     * @return descriptors and files
     */
    public SimulatedHost host() {
        return host;
    }

    /**
     * Moves the clock.
     *
     * @param durationNs nanoseconds, not negative
     */
    public void advance(long durationNs) {
        nowNs += durationNs;
    }

    /** From now on it cannot be entered, as when its descriptor was closed by somebody else. */
    public void lose() {
        lost = true;
    }

    /**
     * Plans a deed of somebody else: done when the clock gets there, also while the ring waits.
     *
     * @param delayNs from now
     * @param deed what happens
     */
    public void after(long delayNs, Runnable deed) {
        agenda.plan(nowNs + delayNs, ++sequence, deed);
    }

    @Override
    public boolean takeOver() {
        takenOver = owner.takeOver();
        return takenOver;
    }

    @Override
    public boolean workPending() {
        owner.check();
        return completions.size() > 0
                || completions.hasOverflown()
                || !mail.isEmpty()
                || agenda.hasWork()
                || agenda.nextDueNs() <= nowNs;
    }

    @Override
    protected void enterNow() {
        begin();
    }

    @Override
    protected long enterToWait(int minComplete, long timeoutNs) {
        final int unsubmitted = claimed.size();
        begin();
        if (claimed.size() == 0 && !faults.interrupted(random)) {
            awaitCompletions(minComplete, timeoutNs);
        } else if (claimed.size() == unsubmitted && unsubmitted > 0) {
            awaitCompletions(minComplete, timeoutNs < 0L ? REFUSED_WAIT_NS : Math.min(timeoutNs, REFUSED_WAIT_NS));
        }
        return workedNs;
    }

    private void begin() {
        if (takenOver || lost) {
            throw new RingException("the ring cannot be entered", takenOver ? Errno.EEXIST : Errno.EBADF);
        }
        workedNs = 0L;
        completions.flushOverflown();
        int accepted = faults.accepted(claimed.size(), random);
        while (accepted-- > 0) {
            final SimulatedRequest request = new SimulatedRequest(++sequence);
            claimed.removeTo(request);
            start(request);
        }
        runDue();
    }

    private void awaitCompletions(int minComplete, long timeoutNs) {
        final long deadlineNs = timeoutNs < 0L || timeoutNs > NEVER_NS - nowNs ? NEVER_NS : nowNs + timeoutNs;
        while (completions.size() < minComplete) {
            final long dueNs = agenda.hasWork() ? nowNs : agenda.nextDueNs();
            if (dueNs == NEVER_NS && deadlineNs == NEVER_NS) {
                throw new IllegalStateException("the wait would never end: nothing of the " + underWay.size()
                        + " operations under way is due, and nothing else is planned");
            }
            nowNs = Math.max(nowNs, Math.min(dueNs, deadlineNs));
            if (dueNs > deadlineNs) {
                return;
            }
            runDue();
        }
    }

    private void start(SimulatedRequest request) {
        request.decided = (request.flags & ~KNOWN_FLAGS) != 0
                ? -Errno.EINVAL
                : -faults.errno(request.sequence, request.opcode, random);
        underWay.put(request.userData, request);
        switch (request.opcode) {
            case Opcode.NOP,
                    Opcode.POLL_REMOVE,
                    Opcode.ASYNC_CANCEL,
                    Opcode.OPENAT2,
                    Opcode.STATX,
                    Opcode.RENAMEAT,
                    Opcode.UNLINKAT,
                    Opcode.MSG_RING,
                    Opcode.CLOSE -> {}
            case Opcode.TIMEOUT -> startTimeout(request);
            default -> request.descriptor = host.find(request.fd);
        }
        if (request.decided == 0 && request.opcode == Opcode.TIMEOUT) {
            return;
        }
        request.latencyNs = latencyNs(request);
        if (request.latencyNs > 0L) {
            if (!SimulatedWorkers.carryOut(request) || workers.begin(request)) {
                request.dueNs = nowNs + request.latencyNs;
                agenda.addTimed(request);
            } else {
                request.dueNs = NEVER_NS;
            }
            if (request.descriptor != null) {
                request.descriptor.wait(request);
            }
        } else {
            operations.run(request);
        }
    }

    private long latencyNs(SimulatedRequest request) {
        if (request.opcode != Opcode.CLOSE) {
            return request.takesTime() ? faults.latencyNs(request.opcode, request.offset, random) : 0L;
        }
        final SimulatedFile evicted = host.evictedByCloseOf(request.fd);
        final long closeNs = evicted == null ? 0L : faults.lastCloseNs(evicted.sizeBytes(), random);
        if ((request.flags & SqeFlags.ASYNC) != 0) {
            return closeNs;
        }
        nowNs += closeNs;
        workedNs += closeNs;
        return 0L;
    }

    private void startTimeout(SimulatedRequest request) {
        final Pointer timespec = new Pointer(request.address);
        request.dueNs = nowNs
                + timespec.getLong(TimespecLayout.SECONDS) * 1_000_000_000L
                + timespec.getLong(TimespecLayout.NANOSECONDS);
        if (request.decided != 0) {
            return;
        }
        agenda.addTimed(request);
        if (request.offset > 0L) {
            request.targetCount = completions.posted() + request.offset;
            agenda.addCounting(request);
        }
    }

    /** Runs what is due by now, in the order that the faults choose, and no more than one enter lets in. */
    private void runDue() {
        for (int ran = 0; ; ran++) {
            agenda.collect(nowNs, completions.posted());
            mail.postTo(completions);
            if (!agenda.hasWork() || ran == WORK_PER_ENTER) {
                return;
            }
            final SimulatedRequest request = agenda.takeWork(faults.next(agenda.workSize(), random));
            if (request.descriptor != null && request.waiting) {
                request.descriptor.stopWaiting(request);
            }
            operations.run(request);
        }
    }

    /** Something came to a descriptor: those who wait for it go on at the next enter. */
    void arrived(SimulatedDescriptor descriptor, int mask) {
        SimulatedRequest request = descriptor.firstWaiting;
        for (; request != null; request = request.nextWaiting) {
            if ((mask & request.awaitedMask()) != 0 && request.dueNs == 0L) {
                agenda.addWork(request);
            }
        }
    }

    void await(SimulatedRequest request) {
        request.descriptor.wait(request);
    }

    boolean postMore(SimulatedRequest request, int result) {
        return completions.postMore(request.userData, result);
    }

    /** Completes a request for the last time and lets go of what it held. */
    void finish(SimulatedRequest request, int result) {
        underWay.remove(request.userData, request);
        agenda.forget(request);
        endWork(request);
        if (request.descriptor != null) {
            request.descriptor.stopWaiting(request);
            host.letGo(request.descriptor);
        }
        completions.postLast(request.userData, result);
    }

    /** The worker that had it, if one had, goes on to the next. */
    private void endWork(SimulatedRequest request) {
        workers.ended(request);
        for (SimulatedRequest next = workers.next(); next != null; next = workers.next()) {
            next.dueNs = nowNs + next.latencyNs;
            agenda.addTimed(next);
        }
    }

    /**
     * Tells how many requests had to wait in the order of arrival because all workers were busy.
     *
     * @return the count since the ring was made
     */
    public long waitedForWorker() {
        return workers.waited();
    }

    void cancel(SimulatedRequest cancellation) {
        final SimulatedRequest target = underWay.get(cancellation.address);
        final boolean removal = cancellation.opcode == Opcode.POLL_REMOVE;
        if (target == null || target == cancellation || (removal && target.opcode != Opcode.POLL_ADD)) {
            finish(cancellation, -Errno.ENOENT);
        } else if (target.takesTime() && !faults.stoppable(random)) {
            finish(cancellation, -Errno.EALREADY);
        } else if (faults.cancelCompletesFirst(random)) {
            finish(cancellation, 0);
            finish(target, -Errno.ECANCELED);
        } else {
            finish(target, -Errno.ECANCELED);
            finish(cancellation, 0);
        }
    }

    int sendMessage(SimulatedRequest request) {
        return mail.send(request);
    }

    boolean isClosed() {
        return owner.isClosed();
    }

    long posted() {
        return completions.posted();
    }

    @Override
    public RingRegistration registration() {
        return registration;
    }

    @Override
    public RingFeatures features() {
        return SimulatedOperations.FEATURES;
    }

    @Override
    public long nanoTime() {
        return nowNs;
    }

    @Override
    public int fd() {
        owner.checkOpen();
        return mail.fd();
    }

    @Override
    public int checkStreamSocket(int fd) {
        owner.check();
        final SimulatedDescriptor descriptor = host.find(fd);
        if (descriptor == null) {
            return -Errno.EBADF;
        }
        return switch (descriptor.kind) {
            case STREAM, LISTENER -> 0;
            default -> -Errno.ENOTSOCK;
        };
    }

    @Override
    public int checkPollable(int fd) {
        owner.check();
        final SimulatedDescriptor descriptor = host.find(fd);
        if (descriptor == null) {
            return -Errno.EBADF;
        }
        return descriptor.kind == SimulatedDescriptor.Kind.FILE ? -Errno.EPERM : 0;
    }

    @Override
    public String binding() {
        return "simulated";
    }

    @Override
    public void close() {
        owner.close();
    }

    @Override
    public String toString() {
        return "SimulatedRing[at " + nowNs + " ns, " + underWay.size() + " under way"
                + (owner.isClosed() ? ", closed]" : "]");
    }
}
