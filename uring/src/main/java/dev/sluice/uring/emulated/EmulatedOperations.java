// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.emulated;

import com.sun.jna.Pointer;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.SqeFlags;
import dev.sluice.uring.base.ClaimedEntries;
import dev.sluice.uring.base.PostedCompletions;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.linux.PollMask;
import dev.sluice.uring.linux.ResolveFlags;
import dev.sluice.uring.linux.SocketFlags;
import dev.sluice.uring.sys.IoUring;
import dev.sluice.uring.sys.OpenHowLayout;
import dev.sluice.uring.sys.SocketCalls;
import dev.sluice.uring.sys.SystemCalls;
import dev.sluice.uring.sys.TimespecLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * How an {@link EmulatedRing} carries its operations out. Each is tried at once where that cannot wait; what would wait is registered with
 * epoll, given to a worker, or kept until its time.
 *
 * <p>A request that stays holds a duplicate of its descriptor, as io_uring holds the file: what is closed meanwhile, and whatever then has
 * its number, is no concern of the epoll set or of a worker.
 */
final class EmulatedOperations {

    private static final int REPORTED_UNASKED = PollMask.POLLERR | PollMask.POLLHUP | PollMask.POLLNVAL;
    private static final int POLL_BITS = 0xffff;
    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final long NEVER_NS = Long.MAX_VALUE;

    private final Epoll epoll;
    private final EmulatedWorkers workers;
    private final PostedCompletions completions;
    private final EmulatedRequests requests;
    private final boolean cachedOpens;
    private final boolean nowait;

    private final PriorityQueue<EmulatedRequest> timed =
            new PriorityQueue<>(Comparator.<EmulatedRequest>comparingLong(request -> request.dueNs)
                    .thenComparingLong(request -> request.sequence));
    private final List<EmulatedRequest> counting = new ArrayList<>();
    private int awaitingReadiness;
    private long sequence;

    /** {@code cachedOpens}: the kernel knows RESOLVE_CACHED. {@code nowait}: and RWF_NOWAIT. */
    EmulatedOperations(
            Epoll epoll, EmulatedWorkers workers, PostedCompletions completions, boolean cachedOpens, boolean nowait) {
        this.nowait = nowait;
        this.epoll = epoll;
        this.workers = workers;
        this.completions = completions;
        this.cachedOpens = cachedOpens;
        requests = new EmulatedRequests(workers);
    }

    /** Starts the oldest of the claimed entries. */
    void startNext(ClaimedEntries claimed) {
        final EmulatedRequest request = requests.take();
        claimed.removeTo(request);
        request.begin(++sequence);
        if ((request.flags & ~SqeFlags.ASYNC) != 0) {
            finish(request, -Errno.EINVAL);
            return;
        }
        switch (request.opcode) {
            case Opcode.NOP -> finish(request, 0);
            case Opcode.POLL_ADD -> poll(request);
            case Opcode.POLL_REMOVE, Opcode.ASYNC_CANCEL -> cancel(request);
            case Opcode.TIMEOUT -> timeout(request);
            case Opcode.ACCEPT -> startAccept(request);
            case Opcode.CONNECT -> connect(request);
            case Opcode.RECV, Opcode.SEND, Opcode.RECVMSG, Opcode.SENDMSG -> startMessage(request);
            case Opcode.READ, Opcode.WRITE, Opcode.READV, Opcode.WRITEV -> startTransfer(request);
            case Opcode.OPENAT2 -> open(request);
            case Opcode.STATX,
                    Opcode.RENAMEAT,
                    Opcode.LINKAT,
                    Opcode.SYMLINKAT,
                    Opcode.UNLINKAT,
                    Opcode.MKDIRAT,
                    Opcode.SETXATTR,
                    Opcode.GETXATTR -> giveToWorker(request);
            case Opcode.FALLOCATE, Opcode.FTRUNCATE, Opcode.FADVISE -> holdFileAndGiveToWorker(request);
            case Opcode.FSYNC -> sync(request);
            case Opcode.CLOSE -> startClose(request);
            case Opcode.SHUTDOWN -> finish(request, SocketCalls.shutdown(request.fd, request.length));
            default -> finish(request, -Errno.EINVAL);
        }
    }

    private void startClose(EmulatedRequest request) {
        if ((request.flags & SqeFlags.ASYNC) != 0) {
            giveToWorker(request);
        } else {
            finish(request, Descriptors.tryClose(request.fd));
        }
    }

    private void poll(EmulatedRequest request) {
        if ((request.length & ~IoUring.POLL_ADD_MULTI) != 0) {
            finish(request, -Errno.EINVAL);
            return;
        }
        final int mask = request.operationFlags & POLL_BITS;
        final int result = awaitReadiness(request, isMultishotPoll(request) ? mask | SystemCalls.EPOLLET : mask);
        if (result == -Errno.EPERM) {
            finish(request, mask & (PollMask.POLLIN | PollMask.POLLOUT)); // a regular file is always ready
        } else if (result < 0) {
            finish(request, result);
        }
    }

    private static boolean isMultishotPoll(EmulatedRequest request) {
        return (request.length & IoUring.POLL_ADD_MULTI) != 0;
    }

    private void startAccept(EmulatedRequest request) {
        final int status = SystemCalls.fcntl(request.fd, SystemCalls.F_GETFL, 0L);
        if (status < 0) {
            finish(request, status);
        } else if ((status & OpenFlags.O_NONBLOCK) == 0) {
            request.plain = true; // accept has no flag against waiting
            waitFor(request, PollMask.POLLIN);
        } else {
            accept(request);
        }
    }

    private void accept(EmulatedRequest request) {
        final boolean multishot = (request.ioprio & IoUring.ACCEPT_MULTISHOT) != 0;
        while (true) {
            final int fd = SocketCalls.accept4(request.usedFd(), 0L, 0L, request.operationFlags);
            if (fd == -Errno.EAGAIN) {
                waitFor(request, PollMask.POLLIN);
                return;
            }
            if (fd < 0 || !multishot || !completions.postMore(request.userData, fd)) {
                finish(request, fd);
                return;
            }
            if (request.plain) {
                return; // if there are more, epoll says so again
            }
        }
    }

    private void connect(EmulatedRequest request) {
        if (request.length != 0 || request.operationFlags != 0) {
            finish(request, -Errno.EINVAL);
            return;
        }
        final int result = NonBlockingCalls.connect(request);
        if (result == -Errno.EINPROGRESS) {
            waitFor(request, PollMask.POLLOUT);
        } else {
            finish(request, result);
        }
    }

    private void finishConnect(EmulatedRequest request) {
        final int result = NonBlockingCalls.finishConnect(request);
        if (result != -Errno.EALREADY && result != -Errno.EINPROGRESS) {
            finish(request, result);
        }
    }

    private void startMessage(EmulatedRequest request) {
        request.totalBytes = NonBlockingCalls.totalBytes(request);
        if ((request.ioprio & SocketFlags.RECVSEND_POLL_FIRST) != 0) {
            waitFor(request, readinessOf(request));
        } else {
            transfer(request);
        }
    }

    private void startTransfer(EmulatedRequest request) {
        request.totalBytes = NonBlockingCalls.totalBytes(request);
        request.plain = !nowait;
        if (!nowait || (request.flags & SqeFlags.ASYNC) != 0 || NonBlockingCalls.isDirect(request.fd)) {
            waitFor(request, readinessOf(request)); // for a file: a worker does it, without a try here
        } else {
            transfer(request);
        }
    }

    private void transfer(EmulatedRequest request) {
        final int result = NonBlockingCalls.transfer(request);
        if (result != NonBlockingCalls.WOULD_WAIT) {
            finish(request, result);
        } else if (isNotToWait(request)) {
            finish(request, request.transferred > 0 ? request.transferred : -Errno.EAGAIN);
        } else {
            waitFor(request, readinessOf(request));
        }
    }

    private static boolean isNotToWait(EmulatedRequest request) {
        return (request.opcode == Opcode.RECV || request.opcode == Opcode.SEND)
                && (request.operationFlags & SocketFlags.MSG_DONTWAIT) != 0;
    }

    private static int readinessOf(EmulatedRequest request) {
        return request.isRead() || request.opcode == Opcode.RECV || request.opcode == Opcode.RECVMSG
                ? PollMask.POLLIN
                : PollMask.POLLOUT;
    }

    private void open(EmulatedRequest request) {
        if (request.offset == 0L) {
            finish(request, -Errno.EFAULT); // as the kernel; to read there would end the JVM
            return;
        }
        final Pointer how = new Pointer(request.offset);
        final long resolve = how.getLong(OpenHowLayout.RESOLVE);
        if ((resolve & ResolveFlags.RESOLVE_CACHED) == 0L || request.length != OpenHowLayout.SIZE) {
            giveToWorker(request);
        } else if (!cachedOpens) {
            finish(request, -Errno.EAGAIN); // as if nothing were cached: the caller asks again without
        } else {
            final long flags = how.getLong(OpenHowLayout.FLAGS);
            finish(request, NonBlockingCalls.openCached(request, flags, how.getLong(OpenHowLayout.MODE), resolve));
        }
    }

    private void timeout(EmulatedRequest request) {
        final Pointer timespec = new Pointer(request.address);
        final long seconds = timespec.getLong(TimespecLayout.SECONDS);
        final long nanos = timespec.getLong(TimespecLayout.NANOSECONDS);
        if (request.operationFlags != 0 || request.length != 1 || seconds < 0 || nanos < 0 || nanos >= NS_PER_SECOND) {
            finish(request, -Errno.EINVAL);
            return;
        }
        final long nowNs = System.nanoTime();
        final long endless = (NEVER_NS - Math.max(0L, nowNs)) / NS_PER_SECOND;
        request.dueNs = seconds >= endless ? NEVER_NS : nowNs + seconds * NS_PER_SECOND + nanos;
        request.state = EmulatedRequest.State.TIME;
        requests.enter(request);
        timed.add(request);
        if (request.offset > 0L) {
            request.targetCount = completions.posted() + request.offset;
            counting.add(request);
        }
    }

    /** Waits for readiness, as long as the condition lasts; a file that has none goes to a worker. */
    private void waitFor(EmulatedRequest request, int events) {
        if (request.state == EmulatedRequest.State.READINESS) {
            return; // registered already: another took what was there
        }
        final int result = awaitReadiness(request, events);
        if (result == -Errno.EPERM && request.isFileTransfer()) {
            giveToWorker(request);
        } else if (result < 0) {
            finish(request, result);
        }
    }

    /** Duplicates the descriptor and registers the copy; returns 0 or a negated errno. */
    private int awaitReadiness(EmulatedRequest request, int events) {
        final int copy = Descriptors.duplicate(request.fd);
        if (copy < 0) {
            return copy;
        }
        request.heldFd = copy;
        final int result = epoll.add(copy, events, request.token());
        if (result == 0) {
            request.state = EmulatedRequest.State.READINESS;
            requests.enter(request);
            awaitingReadiness++;
        }
        return result;
    }

    private void sync(EmulatedRequest request) {
        if ((request.operationFlags & ~IoUring.FSYNC_DATASYNC) != 0) {
            finish(request, -Errno.EINVAL);
        } else {
            holdFileAndGiveToWorker(request);
        }
    }

    private void holdFileAndGiveToWorker(EmulatedRequest request) {
        final int copy = Descriptors.duplicate(request.fd);
        if (copy < 0) {
            finish(request, copy);
        } else {
            request.heldFd = copy;
            giveToWorker(request);
        }
    }

    private void giveToWorker(EmulatedRequest request) {
        request.state = EmulatedRequest.State.WORKER;
        requests.enter(request);
        workers.start(request);
    }

    /** Whether epoll has anything to tell but that a worker has finished. */
    boolean awaitsReadiness() {
        return awaitingReadiness > 0;
    }

    /** One event of the epoll set. */
    void ready(long token, int events) {
        if (token == EmulatedWorkers.WAKE_TOKEN) {
            workers.drainWakeups();
            return;
        }
        final EmulatedRequest request = requests.find(token);
        if (request == null) {
            return; // ended by an event before it, of the same wait
        }
        switch (request.opcode) {
            case Opcode.POLL_ADD -> {
                final int mask = events & ((request.operationFlags & POLL_BITS) | REPORTED_UNASKED);
                if (!isMultishotPoll(request) || !completions.postMore(request.userData, mask)) {
                    finish(request, mask);
                }
            }
            case Opcode.ACCEPT -> accept(request);
            case Opcode.CONNECT -> finishConnect(request);
            default -> transfer(request);
        }
    }

    /** Completes what workers have finished. */
    void takeFinished() {
        EmulatedRequest request = workers.takeFinished();
        while (request != null) {
            final EmulatedRequest next = request.nextDone;
            finish(request, request.result);
            request = next;
        }
    }

    long nextDueNs() {
        return timed.isEmpty() ? NEVER_NS : timed.peek().dueNs;
    }

    /** Completes the timeouts whose time is over or whose count is reached. */
    void expire(long nowNs) {
        while (!timed.isEmpty() && timed.peek().dueNs <= nowNs) {
            finish(timed.peek(), -Errno.ETIME);
        }
        for (int i = 0; i < counting.size(); ) {
            if (completions.posted() >= counting.get(i).targetCount) {
                finish(counting.get(i), 0);
                i = 0; // its completion counts for the others
            } else {
                i++;
            }
        }
    }

    private void cancel(EmulatedRequest cancellation) {
        final boolean removal = cancellation.opcode == Opcode.POLL_REMOVE;
        if (cancellation.operationFlags != 0 || cancellation.length != 0) {
            finish(cancellation, -Errno.EINVAL);
            return;
        }
        final EmulatedRequest target = requests.findWaiting(cancellation.address, removal ? Opcode.POLL_ADD : -1);
        if (target == null) {
            finish(cancellation, -Errno.ENOENT);
        } else if (target.state == EmulatedRequest.State.WORKER && !workers.withdraw(target)) {
            finish(cancellation, -Errno.EALREADY);
        } else {
            finish(cancellation, 0); // in this order, as io_uring
            finish(target, target.transferred > 0 ? target.transferred : -Errno.ECANCELED);
        }
    }

    /** The last completion of a request, which lets go of what it holds. */
    private void finish(EmulatedRequest request, int result) {
        switch (request.state) {
            case STARTING -> {}
            case READINESS -> {
                epoll.remove(request.heldFd);
                awaitingReadiness--;
                requests.leave(request);
            }
            case WORKER -> requests.leave(request);
            case TIME -> {
                timed.remove(request);
                counting.remove(request);
                requests.leave(request);
            }
        }
        request.letGoOfFile();
        completions.postLast(request.userData, result);
        requests.giveBack(request);
    }

    /** Lets go of everything but what is running on a worker, which does so itself. */
    void close() {
        requests.forEachWaiting(request -> {
            if (request.state == EmulatedRequest.State.READINESS) {
                request.letGoOfFile();
            }
        });
        workers.close();
    }
}
