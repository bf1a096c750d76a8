package dev.sluice.uring;

import dev.sluice.uring.sys.GeteventsArgLayout;
import dev.sluice.uring.sys.IoUring;
import dev.sluice.uring.sys.LibUring;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;

/**
 * io_uring of the running kernel, its queues read and written in mapped memory. Set-up, enters and teardown go through liburing, or where
 * that is not installed or older than 2.3 by system calls alone; {@link #binding()} tells. The system property
 * {@code sluice.uring.systemCalls=true} asks for system calls.
 *
 * <p>Needs Linux 5.15. The set-up flags are the best the kernel takes, from SINGLE_ISSUER with DEFER_TASKRUN (6.1; by system calls NO_SQARRAY
 * too, 6.6) down to none; what was taken is in {@link #setupFlags()}. The descriptor is close-on-exec and the mappings are absent in forked children.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/io_uring_setup.2.html">io_uring_setup(2)</a>
 */
public final class KernelRing implements Ring {

    private static final VarHandle ENTERS;

    static {
        try {
            ENTERS = MethodHandles.lookup().findVarHandle(KernelRing.class, "enters", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final RingSetup setup;
    private final RingBinding binding;
    private final SubmissionQueue submissions;
    private final CompletionQueue completions;
    private final RingFeatures features;
    private final int fd;
    private final int waitFlags;
    private final long geteventsArgAddress;

    /** Where the time limit of a wait is written; replaced at close as the queues are. */
    private ByteBuffer timespec;

    /** Where {@link #checkPollable} has the kernel write. */
    private final NativeMemory status = NativeMemory.map(Statx.SIZE_BYTES);

    private final RingOwner owner = new RingOwner();
    private boolean waitedInLastEnter;
    private long enters;
    private final EnterTimes enterTimes = new EnterTimes();

    /** Null before the ring is enabled, and where a thread cannot be watched. */
    private WaitWatch watch;

    private long busyInLastWaitNs;

    private KernelRing(RingSetup setup) {
        this.setup = setup;
        binding = setup.binding();
        final RingMapping mapping = binding.mapping();
        submissions = new SubmissionQueue(mapping);
        completions = new CompletionQueue(mapping);
        features = setup.features();
        fd = setup.fd();
        timespec = setup.timespec();
        geteventsArgAddress = setup.geteventsArgAddress();
        // A server that waits for its clients does not wait for a disk: without the flag it would look as if.
        waitFlags = features.hasFeature(RingFeatures.FEAT_NO_IOWAIT)
                ? IoUring.ENTER_GETEVENTS | IoUring.ENTER_NO_IOWAIT
                : IoUring.ENTER_GETEVENTS;
    }

    /**
     * Opens a ring, disabled: the thread that is to own it calls {@link #enable}.
     *
     * @param options its sizes
     * @return the ring, to be closed by the caller
     * @throws RingUnavailableException if this process cannot have one, naming cause and remedy
     */
    public static KernelRing open(RingOptions options) {
        return open(options, RingBinding.choose(LibUring.SONAME), new SetupDiagnosis(Path.of("/proc")));
    }

    static KernelRing open(RingOptions options, RingBinding binding, SetupDiagnosis diagnosis) {
        Objects.requireNonNull(options, "options");
        final RingSetup setup = RingSetup.run(options, binding, diagnosis);
        try {
            setup.tryEnter(diagnosis);
            return new KernelRing(setup);
        } catch (RuntimeException e) {
            setup.exit();
            throw e;
        }
    }

    @Override
    public synchronized void enable() {
        owner.enable();
        final int result = binding.register(IoUring.REGISTER_ENABLE_RINGS, 0L, 0);
        if (result < 0) {
            throw new RingException("io_uring_register(ENABLE_RINGS) " + Errno.failed(-result), -result);
        }
        watch = WaitWatch.ofThisThread();
        startWorker();
    }

    /**
     * Has the kernel make one of its workers now. It keeps the last one, so an operation that needs a worker finds one from now on, also
     * when no thread can be had any more: without any it would be cancelled.
     */
    private void startWorker() {
        submissions.tryClaim().userData(0L).prepNop().flags(SqeFlags.ASYNC);
        do {
            final int toSubmit = submissions.publishTailRelease();
            final int result = binding.enter(toSubmit, 1, IoUring.ENTER_GETEVENTS, 0L, 0L);
            submissions.loadHeadAcquire();
            if (result < 0) {
                checkEntered(toSubmit, 1, -result);
            }
        } while (completions.drain(KernelRing::checkWorkerStarted, 1) == 0);
    }

    private static void checkWorkerStarted(long userData, int result, int flags) {
        if (result == -Errno.ECANCELED) {
            throw SetupDiagnosis.noThread("the kernel cancelled an operation that needs a worker");
        }
    }

    @Override
    public boolean takeOver() {
        return owner.takeOver();
    }

    @Override
    public boolean isOwnerThread() {
        return owner.isCaller();
    }

    @Override
    public Sqe tryClaim() {
        owner.check();
        return submissions.tryClaim();
    }

    @Override
    public int unsubmitted() {
        owner.check();
        return submissions.unsubmitted();
    }

    @Override
    public boolean workPending() {
        owner.check();
        return !completions.isEmpty() || submissions.kernelHasWork();
    }

    @Override
    public void submit() {
        owner.check();
        enterAtOnce();
    }

    @Override
    public void submitAndWait(int minComplete, long timeoutNs) {
        owner.check();
        if (minComplete < 0) {
            throw new IllegalArgumentException("minComplete must not be negative: " + minComplete);
        }
        if (minComplete == 0 || timeoutNs == 0) {
            enterAtOnce();
        } else if (timeoutNs < 0) {
            enterToWait(minComplete, waitFlags, 0L, 0L);
        } else {
            Timespec.write(timespec, 0, timeoutNs);
            enterToWait(minComplete, waitFlags | IoUring.ENTER_EXT_ARG, geteventsArgAddress, GeteventsArgLayout.SIZE);
        }
    }

    private void enterToWait(int minComplete, int flags, long argument, long argumentSize) {
        busyInLastWaitNs = enterWatched(minComplete, flags, argument, argumentSize);
    }

    /** Returns for how long the thread was seen busy in the kernel. */
    private long enterWatched(int minComplete, int flags, long argument, long argumentSize) {
        final WaitWatch watching = watch;
        if (watching == null) {
            enter(minComplete, flags, argument, argumentSize);
            return 0L;
        }
        watching.begins();
        try {
            enter(minComplete, flags, argument, argumentSize);
        } catch (RingException e) {
            watching.ended();
            throw e;
        }
        return watching.ended();
    }

    @Override
    public long busyInLastWaitNs() {
        owner.check();
        return busyInLastWaitNs;
    }

    @Override
    public String busyIn() {
        owner.check();
        return watch == null ? "" : watch.where();
    }

    private void enterAtOnce() {
        final long startNs = System.nanoTime();
        enterWatched(0, IoUring.ENTER_GETEVENTS, 0L, 0L); // its time tells, the watch only where it went
        enterTimes.record(System.nanoTime() - startNs);
    }

    private void enter(int minComplete, int flags, long argument, long argumentSize) {
        final int toSubmit = submissions.publishTailRelease();
        waitedInLastEnter = minComplete > 0;
        ENTERS.setOpaque(this, enters + 1);
        final int result = binding.enter(toSubmit, minComplete, flags, argument, argumentSize);
        submissions.loadHeadAcquire();
        if (result < 0) {
            checkEntered(toSubmit, minComplete, -result);
        }
    }

    /** Returns if the queues tell the rest, throws if the ring is beyond use. */
    static void checkEntered(int toSubmit, int minComplete, int errno) {
        final String meaning;
        switch (errno) {
            case Errno.EINTR, Errno.ETIME, Errno.EAGAIN, Errno.EBUSY -> {
                return;
            }
            case Errno.EBADR ->
                meaning = "the kernel had no memory to keep a completion: an operation will never be seen to end";
            case Errno.EEXIST -> meaning = "another thread is the ring's single issuer";
            case Errno.EBADFD -> meaning = "the ring is not enabled";
            case Errno.EBADF, Errno.ENXIO, Errno.EOPNOTSUPP ->
                meaning = "the ring's descriptor was closed behind its back, or is another file's by now";
            default -> meaning = "see io_uring_enter(2)";
        }
        throw new RingException(
                "io_uring_enter(to_submit=" + toSubmit + ", min_complete=" + minComplete + ") " + Errno.failed(errno)
                        + ": " + meaning,
                errno);
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
        return (long) ENTERS.getOpaque(this);
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
    public RingFeatures features() {
        return features;
    }

    @Override
    public String binding() {
        return binding.toString();
    }

    /** {@inheritDoc} Readable (poll) when completions are pending. */
    @Override
    public int fd() {
        owner.checkOpen();
        return fd;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public int checkStreamSocket(int socketFd) {
        owner.check();
        return Sockets.checkStream(socketFd);
    }

    @Override
    public int checkPollable(int pollFd) {
        owner.check();
        if (pollFd < 0) {
            return -Errno.EBADF;
        }
        final int result = Descriptors.statxNow(pollFd, status.address());
        if (result < 0) {
            return result;
        }
        final int type = Statx.mode(status.buffer(0L, Statx.SIZE_BYTES), 0) & Statx.S_IFMT;
        return type == Statx.S_IFREG || type == Statx.S_IFDIR ? Descriptors.checkPollable(pollFd) : 0;
    }

    /**
     * The flags the kernel accepted at set-up. Any thread may ask.
     *
     * @return {@link SetupFlags}
     */
    public int setupFlags() {
        owner.checkOpen();
        return features.setupFlags();
    }

    @Override
    public void limitWorkers(int bounded, int unbounded) {
        owner.check();
        if (bounded < 0 || unbounded < 0) {
            throw new IllegalArgumentException(
                    "limits must not be negative: bounded=" + bounded + ", unbounded=" + unbounded);
        }
        setup.limitWorkers(bounded, unbounded);
    }

    @Override
    public void registerBuffers(NativeMemory... buffers) {
        owner.check();
        setup.registerBuffers(buffers);
    }

    @Override
    public void registerBufferTable(int places) {
        owner.check();
        setup.registerBufferTable(places);
    }

    @Override
    public void registerBuffer(int place, long address, int lengthBytes) {
        owner.check();
        setup.registerBuffer(place, address, lengthBytes);
    }

    @Override
    public void unregisterBuffers() {
        owner.check();
        setup.unregisterBuffers();
    }

    @Override
    public void registerBufferRing(int group, long address, int entries) {
        owner.check();
        setup.registerBufferRing(group, address, entries);
    }

    @Override
    public void unregisterBufferRing(int group) {
        owner.check();
        setup.unregisterBufferRing(group);
    }

    @Override
    public LateCompletions keepCompletions() {
        owner.check();
        return PipedCompletions.keep(completions);
    }

    @Override
    public synchronized void close() {
        if (!owner.close()) {
            return;
        }
        submissions.detach();
        completions.detach();
        timespec = RingMapping.UNMAPPED;
        final Closing closing = new Closing("closing the ring failed");
        if (watch != null) {
            closing.step(watch);
        }
        closing.step(setup::exit);
        closing.step(status);
        closing.end();
    }

    @Override
    public String toString() {
        return "KernelRing[fd " + fd + ", " + binding + ", " + features + (owner.isClosed() ? ", closed]" : "]");
    }
}
