// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.socket;

import dev.sluice.aio.line.ContinuingSignal;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.call.Descriptors;

/**
 * The event of one accepted connection. It owns the descriptor until that is taken. If its handler adopts the descriptor, that counts for who
 * adopts it from then on; else it is the application's own, and counts no more.
 */
final class AcceptedSocket extends ContinuingSignal {
    private static final int TAKEN = -1;

    private final SocketOperations sockets;
    private AcceptOperation source;
    private int fd = TAKEN;
    private int result;

    /** Whose the descriptor is; null when it was adopted. */
    private ResourceContainer counted;

    /** What the application has of the connection that the descriptor was adopted into before; null if it takes the descriptor. */
    private Object face;

    AcceptedSocket(SocketOperations sockets) {
        this.sockets = sockets;
    }

    /** {@code newCounted} has the descriptor. */
    void set(AcceptOperation newSource, int acceptedFd, ResourceContainer newCounted) {
        source = newSource;
        counted = newCounted;
        fd = acceptedFd;
        result = acceptedFd;
    }

    /** {@code connection} has the descriptor. */
    void set(AcceptOperation newSource, int acceptedFd, Connection connection) {
        source = newSource;
        face = sockets.faceOfConnection.apply(connection);
        result = acceptedFd;
    }

    @Override
    protected Object message() {
        return face;
    }

    @Override
    protected int takeDescriptor() {
        if (fd == TAKEN) {
            throw new IllegalStateException("the accepted descriptor " + result
                    + (face == null ? " was taken already" : " is that of the socket which is this event's message"));
        }
        final int taken = fd;
        fd = TAKEN;
        sockets.gaveDescriptor(this);
        return taken;
    }

    void adoptedFor(ResourceContainer container) {
        sockets.io.descriptors().move(1L, counted, container);
        counted = null;
    }

    @Override
    protected void delivered() {
        source.handedOut();
        discarded();
    }

    @Override
    protected void discarded() {
        if (fd != TAKEN) {
            Descriptors.tryClose(takeDescriptor());
        }
        sockets.handled(this);
        if (counted != null) {
            sockets.io.descriptors().gaveBack(1L, counted);
            counted = null;
        }
        source = null;
        face = null;
        sockets.accepted.giveBack(this);
    }

    @Override
    protected int operation() {
        return Opcode.ACCEPT;
    }

    @Override
    protected int result() {
        return result;
    }

    @Override
    protected String describe() {
        return "ACCEPT -> descriptor " + result;
    }
}
