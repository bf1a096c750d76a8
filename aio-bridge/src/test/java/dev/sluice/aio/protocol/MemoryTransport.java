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
            step.run();
            wire.letGo();
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
        later(this::sendIfAny);
    }

    private void sendIfAny() {
        if (sending == null || (standingStill && !closed)) {
            return;
        }
        final IoBuffer[] buffers = sending;
        sending = null;
        steps++;
        if (closed) {
            listener.sent(-Errno.ECANCELED);
        } else if (steps == failAt) {
            listener.sent(-Errno.EPIPE);
        } else {
            int total = 0;
            for (int i = 0; i < sendingCount; i++) {
                final ByteBuffer bytes = buffers[i].bytes();
                total += bytes.remaining();
                while (bytes.hasRemaining()) {
                    taken.write(bytes.get());
                }
            }
            listener.sent(total);
        }
    }

    @Override
    public void endSending() {
        sendingEnded = true;
    }

    @Override
    public void close() {
        closed = true;
        later(() -> {
            sendIfAny();
            receiveIfAny();
            listener.closed();
        });
    }

    @Override
    public void reset() {
        wasReset = true;
        close();
    }
}
