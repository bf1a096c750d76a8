// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.simulated;

import dev.sluice.uring.linux.PollMask;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** What a simulated descriptor refers to: an end of a stream, a listener, an open file, or something that is merely ready or not. */
final class SimulatedDescriptor {
    enum Kind {
        PLAIN,
        STREAM,
        LISTENER,
        FILE,
        FOREIGN
    }

    private static final int STREAM_BYTES = 65_536;

    final Kind kind;

    /** The condition of a plain descriptor. */
    private int plainReady;

    /** The other end of a stream; null once it is gone. */
    SimulatedDescriptor peer;

    private byte[] received = new byte[0];
    private int receivedFrom;
    private int receivedBytes;

    /** False for a stream that was not connected yet, and for what is no stream. */
    boolean connected;

    boolean endOfStream;
    boolean shutForReading;
    boolean shutForWriting;

    /** Connections not accepted yet. */
    final Deque<Integer> backlog;

    /** What an open file reads and writes. */
    final SimulatedFile file;

    long position;

    /** The number it was opened under was closed. */
    boolean closed;

    SimulatedRequest firstWaiting;

    SimulatedDescriptor(Kind kind, SimulatedFile file) {
        this.kind = kind;
        this.file = file;
        backlog = kind == Kind.LISTENER ? new ArrayDeque<>() : null;
    }

    int ready() {
        return switch (kind) {
            case PLAIN -> plainReady;
            case LISTENER -> backlog.isEmpty() ? 0 : PollMask.POLLIN;
            case FILE -> PollMask.POLLIN | PollMask.POLLOUT;
            case FOREIGN -> 0;
            case STREAM -> streamReady();
        };
    }

    private int streamReady() {
        int mask = 0;
        if (receivedBytes > 0 || endOfStream || shutForReading) {
            mask |= PollMask.POLLIN;
        }
        if (endOfStream) {
            mask |= PollMask.POLLRDHUP;
        }
        if (peer == null) {
            mask |= PollMask.POLLHUP;
        }
        if (!shutForWriting && (peer == null || peer.room() > 0)) {
            mask |= PollMask.POLLOUT;
        }
        return mask;
    }

    void setPlainReady(int mask) {
        if (kind != Kind.PLAIN) {
            throw new IllegalStateException("readiness of a " + kind + " follows from what it holds");
        }
        plainReady = mask;
    }

    int room() {
        return STREAM_BYTES - receivedBytes;
    }

    int receivedBytes() {
        return receivedBytes;
    }

    void append(byte[] bytes) {
        if (receivedFrom > 0) {
            received = Arrays.copyOfRange(received, receivedFrom, receivedFrom + receivedBytes);
            receivedFrom = 0;
        }
        received = Arrays.copyOf(received, receivedBytes + bytes.length);
        System.arraycopy(bytes, 0, received, receivedBytes, bytes.length);
        receivedBytes += bytes.length;
    }

    byte[] takeReceived(int atMost) {
        final int count = Math.min(atMost, receivedBytes);
        final byte[] taken = Arrays.copyOfRange(received, receivedFrom, receivedFrom + count);
        receivedFrom += count;
        receivedBytes -= count;
        return taken;
    }

    void wait(SimulatedRequest request) {
        request.waiting = true;
        request.previousWaiting = null;
        request.nextWaiting = firstWaiting;
        if (firstWaiting != null) {
            firstWaiting.previousWaiting = request;
        }
        firstWaiting = request;
    }

    void stopWaiting(SimulatedRequest request) {
        if (!request.waiting) {
            return;
        }
        request.waiting = false;
        if (request.previousWaiting == null) {
            firstWaiting = request.nextWaiting;
        } else {
            request.previousWaiting.nextWaiting = request.nextWaiting;
        }
        if (request.nextWaiting != null) {
            request.nextWaiting.previousWaiting = request.previousWaiting;
        }
        request.nextWaiting = null;
        request.previousWaiting = null;
    }
}
