// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import dev.sluice.aio.IoBuffer;
import dev.sluice.events.EventHandler;
import dev.sluice.events.Timer;
import dev.sluice.uring.linux.Errno;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;

/** A peer in memory, each step of which is an event of its own; the n-th send or receive fails if it is told so. */
final class MemoryTransport implements Transport {
    static final int NEVER = 0;

    private final ProtocolFixture fixture;
    private final int failAt;
    private final ArrayDeque<byte[]> incoming = new ArrayDeque<>();

    final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private int steps;
    private boolean standingStill;
    private boolean peerEnded;
    private boolean sendingEnded;
    private boolean receiveAsked;
    private IoBuffer[] sending;
    private int sendingCount;
    private boolean closed;
    private boolean wasReset;
    private IoBuffer sendingSome;

    /** Whether quiet sends are accepted. */
    boolean takesQuietly;

    private boolean quiet;
    private boolean told;

    /** How many sends were quiet, and of how many it was asked for after all. */
    int quietSends;

    int toldSends;
    private boolean roomAsked;
    private boolean isWatched;

    /** The most that a peer takes at once. */
    int takesAtOnce = Integer.MAX_VALUE;

    /** How often it was asked to take what it takes at once. */
    int partialSends;

    /** Of one send. */
    int mostBuffers;

    private InFlight wire;
    private Listener listener;

    MemoryTransport(ProtocolFixture fixture, int failAt) {
        this.fixture = fixture;
        this.failAt = failAt;
    }

    /** How many sends and receives there were. */
    int steps() {
        return steps;
    }

    boolean isReset() {
        return wasReset;
    }

    /** Whether the peer was told that nothing more comes. */
    boolean isSendingEnded() {
        return sendingEnded;
    }

    boolean isSending() {
        return sending != null;
    }

    /** Whether bytes are asked for, and none have come. */
    boolean isReceiveAsked() {
        return receiveAsked;
    }

    void feed(byte[] bytes) {
        incoming.add(bytes);
        later(this::receiveIfAny);
    }

    void feedEnd() {
        peerEnded = true;
        later(this::receiveIfAny);
    }

    /** From now on the peer takes nothing. */
    void standStill() {
        standingStill = true;
    }

    void takeOn() {
        standingStill = false;
        later(this::sendIfAny);
        later(this::giveRoomIfAsked);
    }

    /** Whether the connection waits for the peer to take something, and holds nothing. */
    boolean isRoomAsked() {
        return roomAsked;
    }

    /** The peer has gone, which only who watches sees. */
    void resetWhileWatched() {
        if (!isWatched) {
            throw new AssertionError("not watched");
        }
        later(() -> listener.receiveEnded(-Errno.ECONNRESET));
    }

    boolean isWatched() {
        return isWatched;
    }

    @Override
    public void open(InFlight newWire, Listener newListener) {
        wire = newWire;
        listener = newListener;
    }

    /** As an event of its own. */
    private void later(Runnable step) {
        wire.hold();
        final EventHandler handler = wire.around(event -> {
            try {
                step.run();
            } finally {
                wire.letGo();
            }
        });
        final Timer timer = fixture.aio.events.newTimer(fixture.aio.normal, handler);
        timer.start(0L);
    }

    @Override
    public void receive() {
        if (receiveAsked) {
            throw new AssertionError("two receives at a time");
        }
        receiveAsked = true;
        later(this::receiveIfAny);
    }

    private void receiveIfAny() {
        if (!receiveAsked || (incoming.isEmpty() && !peerEnded && !closed)) {
            return;
        }
        receiveAsked = false;
        steps++;
        if (closed) {
            listener.receiveEnded(-Errno.ECANCELED);
        } else if (steps == failAt) {
            listener.receiveEnded(-Errno.ECONNRESET);
        } else if (incoming.isEmpty()) {
            listener.receiveEnded(0);
        } else {
            listener.received(fixture.block(incoming.poll()));
        }
    }

    @Override
    public void send(IoBuffer[] buffers, int count) {
        if (sending != null || sendingEnded) {
            throw new AssertionError("a send beside another, or after the end");
        }
        sending = Arrays.copyOf(buffers, count);
        sendingCount = count;
        mostBuffers = Math.max(mostBuffers, count);
        later(this::sendIfAny);
    }

    @Override
    public boolean sendQuietly(IoBuffer[] buffers, int count) {
        if (takesQuietly) {
            send(buffers, count);
            quiet = true;
            told = false;
            quietSends++;
        }
        return takesQuietly;
    }

    @Override
    public boolean tellSent() {
        if (quiet) {
            told = true;
            toldSends++;
        }
        return quiet;
    }

    /** What a send has come to: of a quiet one only what is to be told. */
    private void sent(IoBuffer[] buffers, int result) {
        if (!quiet) {
            listener.sent(result);
            return;
        }
        quiet = false;
        for (final IoBuffer buffer : buffers) {
            buffer.release();
        }
        if (result < 0) {
            listener.sendFailed(-result);
        } else if (told) {
            listener.sent(result);
        }
    }

    @Override
    public void sendSome(IoBuffer buffer) {
        if (sending != null || sendingSome != null || sendingEnded) {
            throw new AssertionError("a send beside another, or after the end");
        }
        sendingSome = buffer;
        later(this::sendSomeNow);
    }

    private void sendSomeNow() {
        final ByteBuffer bytes = sendingSome.bytes();
        sendingSome = null;
        steps++;
        partialSends++;
        if (closed) {
            listener.sent(-Errno.ECANCELED);
        } else if (steps == failAt) {
            listener.sent(-Errno.EPIPE);
        } else if (standingStill) {
            listener.sent(-Errno.EAGAIN);
        } else {
            final int taking = Math.min(takesAtOnce, bytes.remaining());
            for (int i = 0; i < taking; i++) {
                taken.write(bytes.get());
            }
            listener.sent(taking);
        }
    }

    @Override
    public void awaitRoom() {
        if (roomAsked) {
            throw new AssertionError("two waits for room");
        }
        roomAsked = true;
        later(this::giveRoomIfAsked);
    }

    private void giveRoomIfAsked() {
        if (roomAsked && (!standingStill || closed)) {
            roomAsked = false;
            listener.roomCame(closed ? -Errno.ECANCELED : 4);
        }
    }

    @Override
    public void watch() {
        isWatched = true;
    }

    @Override
    public long ackedBytes() {
        return taken.size();
    }

    @Override
    public int unackedBytes() {
        return sending == null ? 0 : sending[0].bytes().remaining();
    }

    private void sendIfAny() {
        if (sending == null || (standingStill && !closed)) {
            return;
        }
        final IoBuffer[] buffers = sending;
        sending = null;
        steps++;
        if (closed) {
            sent(buffers, -Errno.ECANCELED);
        } else if (steps == failAt) {
            sent(buffers, -Errno.EPIPE);
        } else {
            int total = 0;
            for (int i = 0; i < sendingCount; i++) {
                final ByteBuffer bytes = buffers[i].bytes();
                total += bytes.remaining();
                while (bytes.hasRemaining()) {
                    taken.write(bytes.get());
                }
            }
            sent(buffers, total);
        }
    }

    @Override
    public void endSending() {
        if (sending != null) {
            throw new AssertionError("the end beside a send");
        }
        sendingEnded = true;
    }

    @Override
    public void close() {
        closed = true;
        later(() -> {
            sendIfAny();
            receiveIfAny();
            giveRoomIfAsked();
            listener.closed();
        });
    }

    @Override
    public void reset() {
        wasReset = true;
        close();
    }
}
