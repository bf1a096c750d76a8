// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.emulated;

import dev.sluice.uring.Closing;
import dev.sluice.uring.RingException;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.PollMask;
import dev.sluice.uring.memory.NativeMemory;
import dev.sluice.uring.sys.EpollEventLayout;
import dev.sluice.uring.sys.PollfdLayout;
import dev.sluice.uring.sys.SystemCalls;
import java.nio.ByteBuffer;

/**
 * One epoll(7) set and the events it last reported.
 *
 * <pre>
 *   0                            EVENT               POLLFD
 *  +----------------------------+-------------------+--------------------+
 *  | MAX_EVENTS x epoll_event   | one, to register  | the set's own      |
 *  +----------------------------+-------------------+--------------------+
 * </pre>
 */
final class Epoll {

    static final int MAX_EVENTS = 256;

    private static final int EVENT = MAX_EVENTS * EpollEventLayout.SIZE;
    private static final int POLLFD = EVENT + 2 * EpollEventLayout.SIZE;
    private static final int MEMORY_BYTES = POLLFD + PollfdLayout.SIZE;
    private static final int NEVER_MS = -1;
    private static final long NS_PER_MS = 1_000_000L;

    final int fd;
    private final NativeMemory memory = NativeMemory.map(MEMORY_BYTES);
    private final long address = memory.address();
    private ByteBuffer view = memory.buffer(0L, MEMORY_BYTES);

    Epoll() {
        fd = SystemCalls.epoll_create1(SystemCalls.EPOLL_CLOEXEC);
        if (fd < 0) {
            memory.close();
            throw Errno.unchecked("epoll_create1()", -fd);
        }
        view.putInt(POLLFD + PollfdLayout.FD, fd);
        view.putShort(POLLFD + PollfdLayout.EVENTS, (short) PollMask.POLLIN);
    }

    /** Registers a descriptor; returns 0 or a negated errno, -EPERM for what is always ready. */
    int add(int added, int events, long token) {
        view.putInt(EVENT + EpollEventLayout.EVENTS, events);
        view.putLong(EVENT + EpollEventLayout.DATA, token);
        return control(SystemCalls.EPOLL_CTL_ADD, added);
    }

    /** Forgets a descriptor that was added and has been open since. */
    void remove(int added) {
        final int result = control(SystemCalls.EPOLL_CTL_DEL, added);
        if (result < 0) {
            throw new RingException("epoll_ctl(DEL, fd " + added + ") " + Errno.failed(-result), -result);
        }
    }

    private int control(int operation, int descriptor) {
        return SystemCalls.epoll_ctl(fd, operation, descriptor, address + EVENT);
    }

    /** Waits to the next whole millisecond, never less; below 0 without limit. Returns how many events there are. */
    int await(long timeoutNs) {
        final int timeoutMs;
        if (timeoutNs < 0L) {
            timeoutMs = NEVER_MS;
        } else {
            final long wholeMs = timeoutNs / NS_PER_MS + (timeoutNs % NS_PER_MS == 0L ? 0 : 1);
            timeoutMs = (int) Math.min(wholeMs, Integer.MAX_VALUE);
        }
        final int count = SystemCalls.epoll_wait(fd, address, MAX_EVENTS, timeoutMs);
        if (count < 0 && count != -Errno.EINTR) {
            throw new RingException("epoll_wait(fd " + fd + ") " + Errno.failed(-count), -count);
        }
        return count;
    }

    /** Whether a wait would return at once. Takes nothing: what an edge reported stays to be waited for. */
    boolean isReady() {
        return SystemCalls.pollNow(address + POLLFD, 1L) > 0;
    }

    long token(int event) {
        return view.getLong(event * EpollEventLayout.SIZE + EpollEventLayout.DATA);
    }

    int events(int event) {
        return view.getInt(event * EpollEventLayout.SIZE + EpollEventLayout.EVENTS);
    }

    void close() {
        view = NativeMemory.UNMAPPED;
        final Closing closing = new Closing("closing the epoll set failed");
        closing.step(memory);
        closing.step(() -> Descriptors.close(fd));
        closing.end();
    }
}
