package dev.sluice.uring;

import com.sun.jna.Pointer;
import dev.sluice.uring.sys.SqeLayout;
import dev.sluice.uring.sys.TimespecLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * A ring without a kernel, for tests of order and of faults: the same seed, the same calls, the same completions.
 *
 * <p>It behaves as a kernel ring with DEFER_TASKRUN: what has happened shows as {@link #workPending()} and is posted by the
 * next enter. Multishot polls report arrivals, not conditions, and end when their completion finds no room. The clock
 * moves only while the ring waits, to the next thing that is due, or by {@link #advance}. What goes wrong is up to {@link
 * SimulatedFaults}; what other processes do is up to {@link #host()}.
 */
public final class SimulatedRing implements Ring {
    /** IOSQE_*: seven of them so far. */
    private static final int KNOWN_FLAGS = 0x7f;

    private static final long NEVER_NS = Long.MAX_VALUE;

    private record Plan(long atNs, long order, Runnable deed) {}

    private final SplittableRandom random;
    private final SimulatedFaults faults;
    private final SimulatedHost host = new SimulatedHost(this);
    private final SimulatedOperations operations;
    private final PostedCompletions completions;

    private final int entryCount;
    private final Sqe sqe;
    private int head;
    private int tail;

    private final Map<Long, SimulatedRequest> underWay = new HashMap<>();
    private final SimulatedWork work = new SimulatedWork();
    private final PriorityQueue<SimulatedRequest> timed =
            new PriorityQueue<>(Comparator.<SimulatedRequest>comparingLong(request -> request.dueNs)
                    .thenComparingLong(request -> request.sequence));
    private final List<SimulatedRequest> counting = new ArrayList<>();
    private final PriorityQueue<Plan> plans =
            new PriorityQueue<>(Comparator.comparingLong(Plan::atNs).thenComparingLong(Plan::order));

    private final RingOwner owner = new RingOwner();
    private long nowNs;
    private long sequence;
    private long enters;
    private final EnterTimes enterTimes = new EnterTimes();
    private boolean waitedInLastEnter;

    /**
     * A ring that is not enabled.
     *
     * @param seed of everything random
     * @param entries of the submission queue, a power of two
     * @param cqEntries of the completion queue, a power of two
     * @param faults what goes wrong
     */
    public SimulatedRing(long seed, int entries, int cqEntries, SimulatedFaults faults) {
        if (Integer.bitCount(entries) != 1 || Integer.bitCount(cqEntries) != 1) {
            throw new IllegalArgumentException(
                    "sizes must be powers of two: entries=" + entries + ", cqEntries=" + cqEntries);
        }
        this.faults = faults;
        random = new SplittableRandom(seed);
        operations = new SimulatedOperations(this, host, faults, random);
        completions = new PostedCompletions(cqEntries);
        entryCount = entries;
        sqe = new Sqe(ByteBuffer.allocateDirect(entries * SqeLayout.SIZE).order(ByteOrder.nativeOrder()));
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

    /**
     * Plans a deed of somebody else: done when the clock gets there, also while the ring waits.
     *
     * @param delayNs from now
     * @param deed what happens
     */
    public void after(long delayNs, Runnable deed) {
        plans.add(new Plan(nowNs + delayNs, ++sequence, deed));
    }

    @Override
    public void enable() {
        owner.enable();
    }

    @Override
    public boolean isOwnerThread() {
        return owner.isCaller();
    }

    @Override
    public Sqe tryClaim() {
        owner.check();
        return tail - head == entryCount ? null : sqe.claim(tail++ & (entryCount - 1));
    }

    @Override
    public int unsubmitted() {
        owner.check();
        return tail - head;
    }

    @Override
    public boolean workPending() {
        owner.check();
        return completions.size() > 0 || completions.hasOverflown() || !work.isEmpty() || nextDueNs() <= nowNs;
    }

    @Override
    public void submit() {
        enter(0, 0L);
    }

    @Override
    public void submitAndWait(int minComplete, long timeoutNs) {
        if (minComplete < 0) {
            throw new IllegalArgumentException("minComplete must not be negative: minComplete=" + minComplete);
        }
        enter(minComplete, timeoutNs);
    }

    private void enter(int minComplete, long timeoutNs) {
        owner.check();
        enters++;
        waitedInLastEnter = minComplete > 0 && timeoutNs != 0L;
        if (!waitedInLastEnter) {
            enterTimes.record(0L); // its time passes only in waits
        }
        completions.flushOverflown();
        int accepted = faults.accepted(tail - head, random);
        while (accepted-- > 0) {
            start(new SimulatedRequest(++sequence, sqe.at(head++ & (entryCount - 1))));
        }
        runDue();
        if (!waitedInLastEnter || tail != head || faults.interrupted(random)) {
            return;
        }
        final long deadlineNs = timeoutNs < 0L || timeoutNs > NEVER_NS - nowNs ? NEVER_NS : nowNs + timeoutNs;
        while (completions.size() < minComplete) {
            final long dueNs = nextDueNs();
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
            case Opcode.NOP, Opcode.POLL_REMOVE, Opcode.ASYNC_CANCEL, Opcode.OPENAT2, Opcode.STATX, Opcode.CLOSE -> {}
            case Opcode.TIMEOUT -> startTimeout(request);
            default -> request.descriptor = host.find(request.fd);
        }
        if (request.decided == 0 && request.opcode == Opcode.TIMEOUT) {
            return;
        }
        final long latencyNs = request.isFileOperation() ? faults.latencyNs(request.opcode, random) : 0L;
        if (latencyNs > 0L) {
            request.dueNs = nowNs + latencyNs;
            timed.add(request);
            if (request.descriptor != null) {
                request.descriptor.wait(request);
            }
        } else {
            operations.run(request);
        }
    }

    private void startTimeout(SimulatedRequest request) {
        final Pointer timespec = new Pointer(request.address);
        request.dueNs = nowNs
                + timespec.getLong(TimespecLayout.SECONDS) * 1_000_000_000L
                + timespec.getLong(TimespecLayout.NANOSECONDS);
        if (request.decided != 0) {
            return;
        }
        timed.add(request);
        if (request.offset > 0L) {
            request.targetCount = completions.posted + request.offset;
            counting.add(request);
        }
    }

    private long nextDueNs() {
        final long requestNs = timed.isEmpty() ? NEVER_NS : timed.peek().dueNs;
        return plans.isEmpty() ? requestNs : Math.min(requestNs, plans.peek().atNs);
    }

    /** Runs everything that is due by now, in the order that the faults choose. */
    private void runDue() {
        while (true) {
            while (!plans.isEmpty() && plans.peek().atNs <= nowNs) {
                plans.poll().deed.run();
            }
            while (!timed.isEmpty() && timed.peek().dueNs <= nowNs) {
                work.add(timed.poll());
            }
            for (int i = 0; i < counting.size(); i++) {
                if (completions.posted >= counting.get(i).targetCount) {
                    work.add(counting.get(i));
                }
            }
            if (work.isEmpty()) {
                return;
            }
            final SimulatedRequest request = work.take(faults.next(work.size(), random));
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
                work.add(request);
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
        counting.remove(request);
        timed.remove(request);
        work.remove(request);
        if (request.descriptor != null) {
            request.descriptor.stopWaiting(request);
            host.letGo(request.descriptor);
        }
        completions.postLast(request.userData, result);
    }

    void cancel(SimulatedRequest cancellation) {
        final SimulatedRequest target = underWay.get(cancellation.address);
        final boolean removal = cancellation.opcode == Opcode.POLL_REMOVE;
        if (target == null || target == cancellation || (removal && target.opcode != Opcode.POLL_ADD)) {
            finish(cancellation, -Errno.ENOENT);
        } else if (target.isFileOperation() && !faults.stoppable(random)) {
            finish(cancellation, -Errno.EALREADY);
        } else if (faults.cancelCompletesFirst(random)) {
            finish(cancellation, 0);
            finish(target, -Errno.ECANCELED);
        } else {
            finish(target, -Errno.ECANCELED);
            finish(cancellation, 0);
        }
    }

    long posted() {
        return completions.posted;
    }

    @Override
    public int drainCompletions(CompletionHandler handler, int limit) {
        owner.beginDrain(limit);
        try {
            return completions.drain(handler, limit);
        } finally {
            owner.endDrain();
        }
    }

    @Override
    public long enters() {
        owner.checkOpen();
        return enters;
    }

    @Override
    public EnterTimes enterTimes() {
        return enterTimes;
    }

    @Override
    public boolean waitedInLastEnter() {
        owner.check();
        return waitedInLastEnter;
    }

    @Override
    public void limitWorkers(int bounded, int unbounded) {
        owner.check();
        if (bounded < 0 || unbounded < 0) {
            throw new IllegalArgumentException(
                    "limits must not be negative: bounded=" + bounded + ", unbounded=" + unbounded);
        }
    }

    @Override
    public RingFeatures features() {
        final BitSet opcodes = new BitSet();
        for (final int opcode : new int[] {
            Opcode.NOP,
            Opcode.POLL_ADD,
            Opcode.POLL_REMOVE,
            Opcode.TIMEOUT,
            Opcode.ACCEPT,
            Opcode.ASYNC_CANCEL,
            Opcode.CLOSE,
            Opcode.STATX,
            Opcode.READ,
            Opcode.WRITE,
            Opcode.SEND,
            Opcode.RECV,
            Opcode.OPENAT2,
            Opcode.SHUTDOWN
        }) {
            opcodes.set(opcode);
        }
        return new RingFeatures(opcodes, RingFeatures.FEAT_NODROP | RingFeatures.FEAT_SUBMIT_STABLE, 0, "simulated");
    }

    @Override
    public long nanoTime() {
        return nowNs;
    }

    @Override
    public int fd() {
        owner.checkOpen();
        return -1;
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
