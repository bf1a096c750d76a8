// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.sluice.uring.sys.LibC;
import dev.sluice.uring.sys.SystemCallNumbers;
import dev.sluice.uring.sys.SystemCalls;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * The system calls that a thread, and those that it starts, make beside the known ones. Each is carried out, when this has noted its number:
 * the kernel asks a seccomp listener.
 *
 * <p>The known ones must have what the JVM calls on its own: in such a call a thread is not at a safepoint, and this would wait for one.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/seccomp_unotify.2.html">seccomp_unotify(2)</a>
 */
final class ReportedCalls implements AutoCloseable {
    private static final long SYS_POLL = 7L;
    private static final long NOTIF_RECV = 0xC050_2100L;
    private static final long NOTIF_SEND = 0xC018_2101L;
    private static final int FLAG_CONTINUE = 1;

    private static final int POLLFD_BYTES = 8;
    private static final int POLLFD_EVENTS = 4;
    private static final int POLLFD_REVENTS = 6;
    private static final short POLLIN = 1;
    private static final long POLL_MS = 10L;

    /** {@code struct seccomp_notif}: an id, and behind it {@code struct seccomp_data}, which begins with the number. */
    private static final int NOTIF_BYTES = 80;

    private static final int NOTIF_NUMBER = 16;

    private static final int RESPONSE_BYTES = 24;
    private static final int RESPONSE_FLAGS = 20;

    private static final int NOT_BEGUN = -1;

    private final int[] known;
    private final Set<Integer> numbers = new TreeSet<>();
    private final CompletableFuture<Integer> listener = new CompletableFuture<>();
    private final Thread thread = new Thread(this::answer, "reported-calls");
    private volatile boolean closing;

    ReportedCalls(int... known) {
        this.known = known.clone();
        thread.setDaemon(true);
        thread.start();
    }

    /** From now on those of the calling thread are reported. */
    void begin() {
        listener.complete(SeccompFilter.report(known));
    }

    private void answer() {
        final int fd = listener.join();
        if (fd == NOT_BEGUN) {
            return;
        }
        try (Memory poll = new Memory(POLLFD_BYTES);
                Memory call = new Memory(NOTIF_BYTES);
                Memory response = new Memory(RESPONSE_BYTES)) {
            while (!closing) {
                poll.setInt(0L, fd);
                poll.setShort(POLLFD_EVENTS, POLLIN);
                LibC.syscall(SYS_POLL, Pointer.nativeValue(poll), 1L, POLL_MS, 0L, 0L, 0L);
                if ((poll.getShort(POLLFD_REVENTS) & POLLIN) != 0) {
                    answerOne(fd, call, response);
                }
            }
        } finally {
            SystemCalls.close(fd);
        }
    }

    private void answerOne(int fd, Memory call, Memory response) {
        call.clear();
        if (LibC.syscall(SystemCallNumbers.SYS_IOCTL, fd, NOTIF_RECV, Pointer.nativeValue(call), 0L, 0L, 0L) == -1L) {
            return; // interrupted: it comes anew
        }
        response.clear();
        response.setLong(0L, call.getLong(0L));
        response.setInt(RESPONSE_FLAGS, FLAG_CONTINUE);
        LibC.syscall(SystemCallNumbers.SYS_IOCTL, fd, NOTIF_SEND, Pointer.nativeValue(response), 0L, 0L, 0L);
        numbers.add(call.getInt(NOTIF_NUMBER));
    }

    /** Ends the reports; what the thread, and those that it has started, call from now on without being known fails. */
    @Override
    public void close() {
        closing = true;
        listener.complete(NOT_BEGUN);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Their numbers, once it is closed. */
    Set<Integer> numbers() {
        if (thread.isAlive()) {
            throw new IllegalStateException("not closed");
        }
        return numbers;
    }
}
