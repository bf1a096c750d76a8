// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

import org.jspecify.annotations.Nullable;

/**
 * A submission queue and a completion queue shared with a kernel.
 *
 * <p>The owner claims entries ({@link #tryClaim}), prepares them, and hands all of them over in one native call ({@link #submit},
 * {@link #submitAndWait}); outcomes are read from memory ({@link #drainCompletions}). None of these allocates.
 *
 * <p><b>Threads.</b> A ring is opened disabled. The thread that calls {@link #enable} owns it; the calls that touch the queues throw
 * {@link IllegalStateException} on any other thread. {@link #features}, {@link #binding}, {@link #isOwnerThread} and
 * {@link #statistics} may be called by every thread.
 *
 * <p><b>After {@link #close}</b> every method but {@code close}, {@code features}, {@code binding}, {@code statistics}, {@code registration},
 * {@code nanoTime}, {@code takeOver} and {@code isOwnerThread} throws {@code IllegalStateException("ring is closed")}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/io_uring.7.html">io_uring(7)</a>
 */
public interface Ring extends AutoCloseable {
    /**
     * Enables the ring and binds it to the calling thread for good.
     *
     * @throws IllegalStateException if it is enabled already, or the calling thread is virtual: the kernel knows the thread that carries it,
     *     which may be another one next time
     * @throws RingException if the kernel refuses
     */
    void enable();

    /**
     * Whether the calling thread enabled this ring, or took it over.
     *
     * @return true on the owner thread, also after close
     */
    boolean isOwnerThread();

    /**
     * Makes the calling thread the owner in place of one that has died. What the kernel has of a ring with one issuer it still has for that
     * thread: {@link #drainCompletions} shows what it has told by now, and to submit or wait fails with {@code EEXIST}.
     *
     * @return false if the ring has no owner, or one that is alive, or is closed
     */
    boolean takeOver();

    /**
     * Claims the next submission queue entry, for one of {@link Sqe}'s {@code prepX}.
     *
     * <p>The returned object is the ring's only one, moved on by the next claim: prepare it at once and keep no reference. A claimed
     * entry is submitted by the next {@link #submit} whatever it holds; one that is not prepared is a NOP.
     *
     * @return the entry, or null if the submission queue is full: submit, then retry
     */
    @Nullable
    Sqe tryClaim();

    /**
     * Entries claimed and not yet accepted by the kernel.
     *
     * @return the count; above zero after a submit if the kernel took only some (it lacked memory, or the completion queue overflows)
     */
    int unsubmitted();

    /**
     * Whether completions can be read now or would become readable by entering the kernel. Reads memory only, on a ring that shares it with
     * the kernel.
     *
     * @return true if the completion queue holds entries, or the kernel has completion work to run or overflowed completions to flush
     *     (IORING_SQ_TASKRUN, IORING_SQ_CQ_OVERFLOW): {@link #submit}, then drain
     */
    boolean workPending();

    /**
     * Submits what was claimed and runs the kernel's due completion work, in one native call that never waits for a completion.
     *
     * <p>An interruption by a signal and a kernel short of resources (EINTR, EAGAIN, EBUSY) return normally: drain, then try again while
     * {@link #unsubmitted()} is above zero.
     *
     * @throws RingException if the ring is beyond use, with the reason
     */
    void submit();

    /**
     * As {@link #submit()}, for who has read the clock just before and wants to know when it returned: the clock is read once for both.
     *
     * @param nowNs a reading of {@link #nanoTime()}, from which on the call is timed
     * @return the reading made after it
     * @throws RingException if the ring is beyond use, with the reason
     */
    long submit(long nowNs);

    /**
     * Submits what was claimed and waits, in one native call.
     *
     * <p>Returns when {@code minComplete} completions are in the completion queue (counting those that were there before), the time is
     * over, a signal interrupts, or the kernel took only some of the entries; if it takes none, being short of memory for requests, after
     * a millisecond at most. Which of them is seen in the completion queue, so there is no result.
     *
     * @param minComplete completions to wait for; 0 is {@link #submit}
     * @param timeoutNs the longest wait in nanoseconds; 0 is {@link #submit}, negative waits without limit
     * @throws IllegalArgumentException if {@code minComplete} is negative
     * @throws RingException if the ring is beyond use, with the reason
     */
    void submitAndWait(int minComplete, long timeoutNs);

    /**
     * Hands at most {@code limit} of the completions that are in the queue now to {@code handler}. Reads memory only.
     *
     * <p>The entries are given back to the kernel together at the end, also if the handler throws; the one it threw on counts as
     * handled, those after it stay in the queue.
     *
     * @param handler called for each, oldest first
     * @param limit at most so many; 0 does nothing
     * @return how many were handled
     * @throws IllegalArgumentException if {@code limit} is negative
     */
    int drainCompletions(CompletionHandler handler, int limit);

    /**
     * Memory and workers that the kernel knows of by name. Only for the owner thread.
     *
     * @return always the same object
     */
    RingRegistration registration();

    /**
     * What the ring's enters were like.
     *
     * @return always the same object
     */
    RingStatistics statistics();

    /**
     * What the kernel below this ring can do.
     *
     * @return the features probed at set-up
     */
    RingFeatures features();

    /**
     * The clock that this ring's waits go by. Any thread may ask.
     *
     * @return nanoseconds, to be compared with each other only, as {@link System#nanoTime}
     */
    long nanoTime();

    /**
     * The ring's descriptor, by which another ring sends it messages. Any thread may ask.
     *
     * @return the descriptor
     */
    int fd();

    /**
     * Whether a poll of {@code fd} would tell anything, found without waiting for it.
     *
     * @param fd a descriptor
     * @return 0; {@code -EBADF} if it is not open; {@code -EPERM} if it is a regular file or a directory, which poll(2) finds always
     *     ready: the error that epoll_ctl(2) has for them; or that there was nothing to find it out with: {@code -EMFILE}, {@code -ENFILE},
     *     {@code -ENOMEM}, {@code -ENOSPC} (fs.epoll.max_user_watches)
     */
    int checkPollable(int fd);

    /**
     * Whether {@code fd} is a stream socket, found without waiting for it.
     *
     * @param fd a descriptor
     * @return 0; {@code -EBADF} if it is not open; {@code -ENOTSOCK} if it is no socket; {@code -EPROTOTYPE} if it is one of another type
     */
    int checkStreamSocket(int fd);

    /**
     * How the ring is reached, for a start-up line: the library, its version and its file, or why there is none; and by what calls are made.
     *
     * @return for example {@code liburing 2.3 (/usr/lib/x86_64-linux-gnu/liburing.so.2.3), calls by the foreign function interface}
     */
    String binding();

    /**
     * Has what completes after {@link #close} still be seen. For who closes a ring with operations in flight that must not complete unseen,
     * just before that.
     *
     * @return what shows it, to be closed; null where it cannot be seen, as before Linux 6.10
     */
    default @Nullable LateCompletions keepCompletions() {
        return null;
    }

    /**
     * Gives the ring back. Operations in flight are cancelled by the kernel, later and with no completion but what {@link #keepCompletions}
     * shows, so their buffers must stay mapped until they have completed: drain first. Does nothing when called again.
     *
     * <p>Another thread than the owner may close only when the owner does not use the ring any more.
     *
     * @throws IllegalStateException if called from a {@link CompletionHandler}
     */
    @Override
    void close();
}
