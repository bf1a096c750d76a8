// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.contract;

import java.io.IOException;
import java.nio.ByteBuffer;

/** What the other side of a {@link RingTester}'s descriptors does: really, or in the simulation. */
public interface RingWorld {
    /** A reading and a writing end. */
    int[] pipe();

    int[] socketPair();

    int listener();

    /** Returns the client's end; the server's is left to be accepted. */
    int connect(int listener);

    /** A socket to be connected by the ring. */
    int socket();

    /** Writes where a listener is to be connected to; returns how long that is. */
    int writeAddress(int listener, ByteBuffer memory, int offset);

    void write(int fd, byte[] bytes);

    byte[] read(int fd, int atMost);

    void close(int fd);

    /** Where names are looked up. */
    int directory() throws IOException;

    void file(String name, byte[] contents) throws IOException;

    /** Does something while the ring waits. */
    void later(long delayNs, Runnable deed);

    /** Gives back what the world holds. */
    void end();
}
