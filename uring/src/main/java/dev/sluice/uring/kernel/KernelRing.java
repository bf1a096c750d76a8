// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.kernel;

import dev.sluice.uring.Closing;
import dev.sluice.uring.CompletionHandler;
import dev.sluice.uring.LateCompletions;
import dev.sluice.uring.RingException;
import dev.sluice.uring.RingFeatures;
import dev.sluice.uring.RingOptions;
import dev.sluice.uring.RingRegistration;
import dev.sluice.uring.RingUnavailableException;
import dev.sluice.uring.SetupFlags;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.SqeFlags;
import dev.sluice.uring.base.OwnedRing;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.call.Sockets;
import dev.sluice.uring.host.SetupDiagnosis;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.memory.NativeMemory;
import dev.sluice.uring.memory.Statx;
import dev.sluice.uring.memory.Timespec;
import dev.sluice.uring.sys.CallBinding;
import dev.sluice.uring.sys.GeteventsArgLayout;
import dev.sluice.uring.sys.IoUring;
import dev.sluice.uring.sys.LibUring;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * io_uring of the running kernel, its queues read and written in mapped memory. Set-up, enters and teardown go through liburing, or where
 * that is not installed or older than 2.3 by system calls alone; {@link #binding()} tells. The system property
 * {@code sluice.uring.systemCalls=true} asks for system calls. The enters themselves, and the other calls that are made again and again, go
 * by the foreign function interface where the JVM has one (JDK 22) and does not deny it, else by JNA: {@code sluice.uring.binding=ffm} or
 * {@code jna} asks for one of them.
 *
 * <p>Needs Linux 5.15. The set-up flags are the best the kernel takes, from SINGLE_ISSUER with DEFER_TASKRUN (6.1; by system calls NO_SQARRAY
 * too, 6.6) down to none; what was taken is in {@link #setupFlags()}. The descriptor is close-on-exec and the mappings are absent in forked children.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/io_uring_setup.2.html">io_uring_setup(2)</a>
 */
@SuppressWarnings("exports") // what it inherits is of a package that users do not see
public final class KernelRing extends OwnedRing {

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

    private final RingRegistration registration;

    /** Null before the ring is enabled, and where a thread cannot be watched. */
    private @Nullable WaitWatch watch;

    private KernelRing(RingSetup setup) {
        this.setup = setup;
        binding = setup.binding();
        final RingMapping mapping = binding.mapping();
        submissions = new SubmissionQueue(mapping);
        completions = new CompletionQueue(mapping);
        features = setup.features();
        registration = setup.registration(owner);
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
        super.enable();
        final int result = binding.register(IoUring.REGISTER_ENABLE_RINGS, 0L, 0);
        if (result < 0) {
            throw new RingException("io_uring_register(ENABLE_RINGS) " + Errno.failed(-result), -result);
        }
        watch = WaitWatch.ofThisThread();
        if (watch != null) {
            statistics.watch(watch::where);
        }
        startWorker();
    }

    /**
     * Has the kernel make one of its workers now. It keeps the last one, so an operation that needs a worker finds one from now on, also
     * when no thread can be had any more: without any it would be cancelled.
     */
    @SuppressWarnings("NullAway") // there is room: nothing was claimed before
    private void startWorker() {
        submissions.tryClaim().userData(0L).prepNop().flags(SqeFlags.ASYNC);
        do {
            enter(submissions.publishTailRelease(), 1, IoUring.ENTER_GETEVENTS, 0L, 0L);
        } while (completions.drain(KernelRing::checkWorkerStarted, 1) == 0);
    }

    private static void checkWorkerStarted(long userData, int result, int flags) {
        if (result == -Errno.ECANCELED) {
            throw SetupDiagnosis.noThread("the kernel cancelled an operation that needs a worker");
        }
    }

    @Override
    public @Nullable Sqe tryClaim() {
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
    protected void enterNow() {
        if (submissions.unsubmitted() == 0) { // else it may end with an entry that it refuses, before it runs any work
            submissions.takeDownTaskRun();
        }
        enterWatched(
                submissions.publishTailRelease(),
                0,
                IoUring.ENTER_GETEVENTS,
                0L,
                0L); // its time tells, the watch only where it went
    }

    @Override
    protected long enterToWait(int minComplete, long timeoutNs) {
        final int unsubmitted = submissions.unsubmitted();
        final long busyNs = enterToWait(submissions.publishTailRelease(), minComplete, timeoutNs);
        if (unsubmitted == 0 || submissions.unsubmitted() != unsubmitted) {
            return busyNs;
        }
        // It returns at once where it takes nothing; asked for nothing, it waits.
        return busyNs
                + enterToWait(0, minComplete, timeoutNs < 0L ? REFUSED_WAIT_NS : Math.min(timeoutNs, REFUSED_WAIT_NS));
    }

    private long enterToWait(int toSubmit, int minComplete, long timeoutNs) {
        if (timeoutNs < 0L) {
            return enterWatched(toSubmit, minComplete, waitFlags, 0L, 0L);
        }
        Timespec.write(timespec, 0, timeoutNs);
        return enterWatched(
                toSubmit, minComplete, waitFlags | IoUring.ENTER_EXT_ARG, geteventsArgAddress, GeteventsArgLayout.SIZE);
    }

    /** Returns for how long the thread was seen busy in the kernel. */
    private long enterWatched(int toSubmit, int minComplete, int flags, long argument, long argumentSize) {
        final WaitWatch watching = watch;
        if (watching == null) {
            enter(toSubmit, minComplete, flags, argument, argumentSize);
            return 0L;
        }
        watching.begins();
        try {
            enter(toSubmit, minComplete, flags, argument, argumentSize);
        } catch (RingException e) {
            watching.ended();
            throw e;
        }
        return watching.ended();
    }

    private void enter(int toSubmit, int minComplete, int flags, long argument, long argumentSize) {
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
    protected int drain(CompletionHandler handler, int limit) {
        return completions.drain(handler, limit);
    }

    @Override
    public RingRegistration registration() {
        return registration;
    }

    @Override
    public RingFeatures features() {
        return features;
    }

    @Override
    public String binding() {
        return binding + ", " + CallBinding.chosen();
    }

    /** {@inheritDoc} Readable (poll) when completions are pending. */
    @Override
    public int fd() {
        owner.checkOpen();
        return fd;
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
    public @Nullable LateCompletions keepCompletions() {
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
        timespec = NativeMemory.UNMAPPED;
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
        return "KernelRing[fd " + fd + ", " + binding() + ", " + features + (owner.isClosed() ? ", closed]" : "]");
    }
}
