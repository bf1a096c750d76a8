// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.emulated;

import dev.sluice.uring.Closing;
import dev.sluice.uring.LateCompletions;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.RingFeatures;
import dev.sluice.uring.RingOptions;
import dev.sluice.uring.RingRegistration;
import dev.sluice.uring.RingUnavailableException;
import dev.sluice.uring.SqeFlags;
import dev.sluice.uring.base.UserSpaceRing;
import dev.sluice.uring.base.WorkerRegistration;
import dev.sluice.uring.call.Openat2Call;
import dev.sluice.uring.call.Sockets;
import dev.sluice.uring.host.NativeAccess;
import dev.sluice.uring.linux.ResolveFlags;
import dev.sluice.uring.sys.CallBinding;
import java.util.BitSet;
import java.util.Map;

/**
 * A ring without io_uring, for hosts that forbid it: epoll(7) for sockets and pipes, and a bounded pool of threads for the disk. The same
 * operations with the same completions, slower: an operation that does not wait is a system call of its own, one that waits for readiness
 * costs four more (duplicate, register, forget, close) and a second try, one that waits for the disk a hand-over to a thread and back.
 *
 * <p>What differs from {@link dev.sluice.uring.kernel.KernelRing}:
 *
 * <ul>
 *   <li>{@link #workPending()} asks the kernel, by poll(2), whenever an operation waits for readiness and nothing else is known.
 *   <li>Waits end at the next whole millisecond.
 *   <li>An operation that waits, and one on an open file that a worker carries out, has a descriptor of its own, which counts against
 *       RLIMIT_NOFILE; where none is left it completes with -EMFILE.
 *   <li>What a worker has begun cannot be cancelled: the cancellation completes with -EALREADY, the operation when it is done.
 *   <li>Of the entries' flags only {@link SqeFlags#ASYNC} is accepted, and counts for reads, writes and CLOSE; the others, and flags of TIMEOUT and ASYNC_CANCEL,
 *       complete with -EINVAL.
 *   <li>An ACCEPT on a listener without O_NONBLOCK may wait if another process accepts from the same listener.
 *   <li>A CONNECT of a socket without O_NONBLOCK sets the flag for as long as the call lasts. To a Unix socket whose backlog is full it
 *       completes with -EAGAIN, whatever the flag.
 *   <li>FSYNC is always of the whole file. There are no registered buffers, no buffer rings and no messages between rings.
 *   <li>CLOSE is done at once: on a network file system it may wait until the file is written back.
 *   <li>The I/O priority of reads and writes is ignored.
 * </ul>
 *
 * <p>Completions, requests and their tables are reused. What is allocated in the steady state: a queue node for each hand-over to a worker,
 * and pointers for each OPENAT2, TIMEOUT, READV, WRITEV, RECVMSG and SENDMSG.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/epoll.7.html">epoll(7)</a>
 */
@SuppressWarnings("exports") // what it inherits is of a package that users do not see
public final class EmulatedRing extends UserSpaceRing {

    private static final int[] OPCODES = {
        Opcode.NOP,
        Opcode.POLL_ADD,
        Opcode.POLL_REMOVE,
        Opcode.TIMEOUT,
        Opcode.ACCEPT,
        Opcode.ASYNC_CANCEL,
        Opcode.CLOSE,
        Opcode.OPENAT2,
        Opcode.STATX,
        Opcode.READ,
        Opcode.WRITE,
        Opcode.SEND,
        Opcode.RECV,
        Opcode.SHUTDOWN,
        Opcode.READV,
        Opcode.WRITEV,
        Opcode.FSYNC,
        Opcode.FALLOCATE,
        Opcode.FTRUNCATE,
        Opcode.FADVISE,
        Opcode.RENAMEAT,
        Opcode.LINKAT,
        Opcode.SYMLINKAT,
        Opcode.UNLINKAT,
        Opcode.MKDIRAT,
        Opcode.SETXATTR,
        Opcode.GETXATTR,
        Opcode.CONNECT,
        Opcode.SENDMSG,
        Opcode.RECVMSG
    };

    private static final long NEVER_NS = Long.MAX_VALUE;

    private final Epoll epoll = new Epoll();
    private final EmulatedWorkers workers;
    private final EmulatedOperations operations;
    private final RingFeatures features;

    /** Of the last enter that was asked to wait: without anything to do. */
    private long waitedNs;

    private final WorkerRegistration registration = new WorkerRegistration(owner) {
        /** {@code bounded} is for everything but reads, which have threads of their own; {@code unbounded} has no meaning here. */
        @Override
        protected void limit(int bounded, int unbounded) {
            if (bounded > 0) {
                workers.limitOthers(bounded);
            }
        }
    };

    private EmulatedRing(RingOptions options) {
        super(powerOfTwo(options.entries()), powerOfTwo(options.cqEntries()));
        try {
            epoll.await(0L); // refused, it would end the first wait
            features = featuresOfHost();
            workers = new EmulatedWorkers(epoll);
            operations = new EmulatedOperations(
                    epoll,
                    workers,
                    completions,
                    Openat2Call.isAllowed(ResolveFlags.RESOLVE_CACHED),
                    CallTrial.canBeToldNotToWait());
        } catch (RuntimeException e) {
            epoll.close();
            throw e;
        }
    }

    /**
     * Opens a ring, disabled: the thread that is to own it calls {@link #enable}.
     *
     * @param options its sizes, rounded up to powers of two
     * @return the ring, to be closed by the caller
     * @throws RingUnavailableException if native calls are not possible at all, naming cause and remedy
     * @throws java.io.UncheckedIOException if there are no more descriptors (EMFILE, ENFILE)
     */
    public static EmulatedRing open(RingOptions options) {
        NativeAccess.check();
        return new EmulatedRing(options);
    }

    private static int powerOfTwo(int atLeast) {
        return atLeast == 1 ? 1 : Integer.highestOneBit(atLeast - 1) << 1;
    }

    private static RingFeatures featuresOfHost() {
        final Map<Integer, String> refusals = CallTrial.refusedOperations();
        final BitSet opcodes = new BitSet();
        for (final int opcode : OPCODES) {
            opcodes.set(opcode, !refusals.containsKey(opcode));
        }
        final int bits = RingFeatures.FEAT_NODROP | RingFeatures.FEAT_EXT_ARG;
        return new RingFeatures(opcodes, refusals, bits, 0, System.getProperty("os.version"));
    }

    @Override
    public boolean workPending() {
        owner.check();
        return completions.size() > 0
                || completions.hasOverflown()
                || workers.hasFinished()
                || (operations.nextDueNs() != NEVER_NS && operations.nextDueNs() <= System.nanoTime())
                || (operations.awaitsReadiness() && epoll.isReady());
    }

    @Override
    protected void enterNow() {
        startClaimed();
        settle(0, System.nanoTime());
    }

    @Override
    protected long enterToWait(int minComplete, long timeoutNs) {
        final long startNs = System.nanoTime();
        final long deadlineNs = timeoutNs < 0L || timeoutNs >= NEVER_NS - startNs ? NEVER_NS : startNs + timeoutNs;
        waitedNs = 0L;
        startClaimed();
        boolean goOn;
        do {
            goOn = settle(minComplete, deadlineNs);
        } while (goOn && completions.size() < minComplete && System.nanoTime() < deadlineNs);
        return System.nanoTime() - startNs - waitedNs;
    }

    private void startClaimed() {
        completions.flushOverflown();
        while (claimed.size() > 0) {
            operations.startNext(claimed);
        }
    }

    /** Completes what is due, after a wait if that is too little. Returns false if a signal interrupted the wait. */
    private boolean settle(int minComplete, long deadlineNs) {
        settleDue();
        final long waitNs = completions.size() >= minComplete ? 0L : waitNs(deadlineNs);
        if (waitNs == 0L && !operations.awaitsReadiness()) {
            return true;
        }
        final int count = waitNs == 0L ? epoll.await(0L) : awaitAlsoWorkers(waitNs);
        for (int event = 0; event < count; event++) {
            operations.ready(epoll.token(event), epoll.events(event));
        }
        settleDue();
        return count >= 0;
    }

    private int awaitAlsoWorkers(long waitNs) {
        workers.ownerWillWait();
        final long startNs = System.nanoTime();
        try {
            return epoll.await(workers.hasFinished() ? 0L : waitNs);
        } finally {
            waitedNs += System.nanoTime() - startNs;
            workers.ownerIsBack();
        }
    }

    private void settleDue() {
        operations.takeFinished();
        operations.expire(System.nanoTime());
    }

    /** How long until the deadline or until the next timeout is due; below 0 without limit. */
    private long waitNs(long deadlineNs) {
        final long untilNs = Math.min(deadlineNs, operations.nextDueNs());
        return untilNs == NEVER_NS ? -1L : Math.max(0L, untilNs - System.nanoTime());
    }

    @Override
    public RingRegistration registration() {
        return registration;
    }

    @Override
    public RingFeatures features() {
        return features;
    }

    /** The epoll set: no ring can send it messages. */
    @Override
    public int fd() {
        owner.checkOpen();
        return epoll.fd;
    }

    @Override
    public int checkStreamSocket(int socketFd) {
        owner.check();
        return Sockets.checkStream(socketFd);
    }

    @Override
    public int checkPollable(int fd) {
        owner.check();
        final int result = epoll.add(fd, 0, EmulatedWorkers.WAKE_TOKEN);
        if (result == 0) {
            epoll.remove(fd);
        }
        return result;
    }

    @Override
    public String binding() {
        return "epoll and " + workers.count() + " workers, " + CallBinding.chosen();
    }

    @Override
    public LateCompletions keepCompletions() {
        owner.check();
        return workers.keepFinished();
    }

    @Override
    public void close() {
        if (owner.close()) {
            claimed.detach();
            final Closing closing = new Closing("closing the ring failed");
            closing.step(operations::close);
            closing.step(epoll::close);
            closing.end();
        }
    }

    @Override
    public String toString() {
        return "EmulatedRing[" + binding() + ", " + features + (owner.isClosed() ? ", closed]" : "]");
    }
}
