// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.process;

import java.util.concurrent.locks.LockSupport;

/**
 * Room for the thread on which the JVM handles a signal. HotSpot starts a new one for each signal, and loses the signal when it cannot:
 * then a server at its limit of threads could not be asked to stop. So one thread more than needed is there from the start; it sees
 * whether others can still be had, and ends when they cannot.
 */
final class SignalRoom {
    private static final long LOOK_NS = 100_000_000L;
    private static final long STACK_BYTES = 64L << 10;

    private final Runnable gaveWay;
    private final Thread thread = daemon(this::hold, "sluice-signal-room");
    private volatile boolean closed;

    /** {@code gaveWay} runs on the thread that ends, so that nobody else takes its place. */
    SignalRoom(Runnable gaveWay) {
        this.gaveWay = gaveWay;
    }

    /** Begins to hold the room; without a thread for it there is none to hold. */
    void start() {
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            gaveWay.run();
        }
    }

    private void hold() {
        while (!closed) {
            LockSupport.parkNanos(this, LOOK_NS);
            try {
                daemon(() -> {}, "sluice-signal-room-look").start();
            } catch (OutOfMemoryError e) {
                gaveWay.run();
                return;
            }
        }
    }

    private static Thread daemon(Runnable work, String name) {
        final Thread thread = new Thread(null, work, name, STACK_BYTES, false);
        thread.setDaemon(true);
        return thread;
    }

    void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
