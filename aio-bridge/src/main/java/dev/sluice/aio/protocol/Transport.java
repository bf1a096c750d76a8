// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.SequentialReader;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * How the bytes of a {@link Connection} come and go: {@link SocketTransport} has them on a socket as they are; another may encrypt them on
 * their way, or have no socket at all. A connection never sees a descriptor.
 *
 * <p>Belongs to the thread of the connection, which alone calls it. It calls its {@link Listener} from handlers of the {@link InFlight} that it
 * was opened with, never from within a call of the connection's, so that nothing of it is in flight uncounted.
 */
public interface Transport {
    /** The most buffers of one {@link #send}. */
    int MAX_BUFFERS = 16;

    /** Who is told what comes of the calls: the connection. */
    interface Listener {
        /**
         * Bytes have come.
         *
         * @param block filled from its position to its limit, the listener's from now on
         */
        void received(IoBuffer block);

        /**
         * Nothing more will be received. Unasked only after {@link Transport#watch}.
         *
         * @param result 0 if the peer has ended its side, or a negative errno
         */
        void receiveEnded(int result);

        /**
         * The buffers of a send are the listener's again.
         *
         * @param result above 0 if all of their bytes are sent, or a negative errno, which says nothing about how many were
         */
        void sent(int result);

        /**
         * A quiet send has failed.
         *
         * @param errno such as {@code EPIPE}
         */
        void sendFailed(int errno);

        /**
         * The peer takes something.
         *
         * @param result not negative if so, or a negative errno
         */
        void roomCame(int result);

        /** Everything has ended, and nothing is held any more: the last call. */
        void closed();
    }

    /**
     * Begins. Called once, before everything else.
     *
     * @param wire where all that is in flight below is counted, and what was refused waits
     * @param listener told what comes
     */
    void open(InFlight wire, Listener listener);

    /** Asks for bytes: {@link Listener#received} follows once, or {@link Listener#receiveEnded}. One at a time. */
    void receive();

    /**
     * Says how much is asked for at a time from now on. A hint: does nothing unless overridden.
     *
     * @param blockBytes from 4,096 to {@link dev.sluice.aio.BufferArena#MAX_BLOCK_BYTES}
     */
    default void receiveInBlocksOf(int blockBytes) {}

    /**
     * Sends all remaining bytes of some buffers, one after the other: {@link Listener#sent} follows. One at a time.
     *
     * @param buffers sent from position to limit, each with something remaining; the transport's, with the array, until then
     * @param count how many of them, 1 to {@link #MAX_BUFFERS}
     */
    void send(IoBuffer[] buffers, int count);

    /**
     * As {@link #send}, for who has nothing to do when it has succeeded: {@link Listener#sendFailed} follows if it fails. Beside
     * no other send; bytes may be asked for at once. Refused, unless overridden.
     *
     * @param buffers sent from position to limit, each with something remaining; the transport's, which releases them; the array is the caller's again
     * @param count how many of them, 1 to {@link #MAX_BUFFERS}
     * @return false if nothing was done, and the buffers are the caller's
     */
    default boolean sendQuietly(IoBuffer[] buffers, int count) {
        return false;
    }

    /**
     * Asks to be told of the end of the last {@link #sendQuietly}.
     *
     * @return false if it has ended; else {@link Listener#sent} follows, or {@link Listener#sendFailed}
     */
    default boolean tellSent() {
        return false;
    }

    /**
     * Sends as many of a buffer's remaining bytes as the peer takes at once: {@link Listener#sent} follows, with their number or {@code EAGAIN},
     * and the buffer's position behind them. Beside no other send.
     *
     * @param buffer with something remaining; the transport's until then
     */
    void sendSome(IoBuffer buffer);

    /** Waits, without a buffer, until the peer takes something: {@link Listener#roomCame} follows. Beside no send. */
    void awaitRoom();

    /**
     * Reads the first piece of a range behind a head, and may send both if that is all of it and keeps nobody waiting: as {@link
     * SequentialReader#sendFirst}. Beside no send. Reads only, unless overridden.
     *
     * @param range at its beginning; its event tells how far it came
     * @param head filled up to its position
     * @return false if too many operations are under way
     */
    default boolean sendFirst(SequentialReader range, IoBuffer head) {
        return range.readFirst(head);
    }

    /**
     * Asks to be told if the peer resets the connection while nothing is received or sent: {@link Listener#receiveEnded} comes then. Once is
     * enough. Does nothing unless overridden.
     */
    default void watch() {}

    /**
     * Tells whether bytes have come and wait for memory: it is not the peer who is silent then.
     *
     * @return false unless overridden
     */
    default boolean isAwaitingMemory() {
        return false;
    }

    /**
     * Tells who the peer is.
     *
     * @return its address, or null if it has none, or nobody knows: unless overridden
     */
    default @Nullable SocketAddress peerAddress() {
        return null;
    }

    /**
     * Tells how much of what was sent the peer has acknowledged, also while a send is under way.
     *
     * @return bytes since the beginning, or a negative errno if nobody knows
     */
    long ackedBytes();

    /**
     * Tells how much was sent that the peer has not taken in.
     *
     * @return bytes, the end of the stream counting as one; or a negative errno
     */
    int unackedBytes();

    /** Tells the peer that nothing more is sent. Not while a send is under way. Nothing follows; if it fails, receiving tells. */
    void endSending();

    /**
     * Ends everything that is under way and closes; {@link Listener#closed} follows, after the outcome of what had begun. What was sent
     * reaches the peer, if it reads on.
     */
    void close();

    /** As {@link #close()}, for a peer that was given up: what it has not taken is thrown away. */
    void reset();
}
