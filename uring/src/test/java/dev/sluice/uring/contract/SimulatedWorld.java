// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.contract;

import dev.sluice.uring.memory.SocketAddresses;
import dev.sluice.uring.memory.Statx;
import dev.sluice.uring.simulated.SimulatedHost;
import dev.sluice.uring.simulated.SimulatedRing;
import java.nio.ByteBuffer;

/** The world of a {@link SimulatedRing}. */
public final class SimulatedWorld implements RingWorld {
    private final SimulatedRing ring;
    private final SimulatedHost host;

    SimulatedWorld(SimulatedRing ring) {
        this.ring = ring;
        host = ring.host();
    }

    @Override
    public int[] pipe() {
        return host.streamPair();
    }

    @Override
    public int[] socketPair() {
        return host.streamPair();
    }

    @Override
    public int listener() {
        return host.listener();
    }

    @Override
    public int connect(int listener) {
        return host.connect(listener);
    }

    @Override
    public int socket() {
        return host.socket();
    }

    @Override
    public int writeAddress(int listener, ByteBuffer memory, int offset) {
        return SocketAddresses.write(memory, offset, host.addressOf(listener));
    }

    @Override
    public void write(int fd, byte[] bytes) {
        host.write(fd, bytes);
    }

    @Override
    public byte[] read(int fd, int atMost) {
        return host.read(fd, atMost);
    }

    @Override
    public void close(int fd) {
        host.close(fd);
    }

    @Override
    public int directory() {
        return Statx.AT_FDCWD;
    }

    @Override
    public void file(String name, byte[] contents) {
        host.file(name, contents);
    }

    @Override
    public void later(long delayNs, Runnable deed) {
        ring.after(delayNs, deed);
    }

    @Override
    public void end() {
        // Everything simulated ends with the ring.
    }
}
