// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventBatch;
import dev.sluice.events.EventQueue;
import dev.sluice.events.InterestOps;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.memory.NativeMemory;

/** Sluice on the real ring: the read ends of pipes are active, spread evenly among eventfds that nobody writes to. */
final class RingDescriptors implements ActiveDescriptors {
    private final EventQueue events = EventQueue.open();
    private final NativeMemory octet = NativeMemory.map(1);
    private final int[] fds;
    private final int[] readEnds;
    private final int[] writeEnds;

    RingDescriptors(int declared, int active) {
        final ResourceContainer clients = ResourceContainer.root("server").child("clients");
        fds = new int[declared];
        readEnds = new int[active];
        writeEnds = new int[active];
        final int stride = declared / active;
        for (int i = 0; i < declared; i++) {
            if (i % stride == 0 && i / stride < active) {
                final int[] pipe = Descriptors.pipe();
                readEnds[i / stride] = pipe[0];
                writeEnds[i / stride] = pipe[1];
                fds[i] = pipe[0];
            } else {
                fds[i] = Descriptors.eventFd();
            }
            events.declareInterest(fds[i], InterestOps.READABLE, clients, null);
        }
    }

    @Override
    public void signalAll() {
        for (final int fd : writeEnds) {
            check(Descriptors.write(fd, octet.address(), 1));
        }
    }

    @Override
    public int dequeue() {
        final EventBatch batch = events.dequeueNextEvents(readEnds.length, Priority.IDLE, -1L);
        int taken = 0;
        while (batch.next() != null) {
            taken++;
        }
        return taken;
    }

    @Override
    public void resetAll() {
        for (final int fd : readEnds) {
            check(Descriptors.read(fd, octet.address(), 1));
        }
    }

    private static void check(int transferred) {
        if (transferred != 1) {
            throw new IllegalStateException("a pipe did not take or give its byte: " + transferred);
        }
    }

    @Override
    public void close() {
        events.close();
        for (final int fd : fds) {
            Descriptors.close(fd);
        }
        for (final int fd : writeEnds) {
            Descriptors.close(fd);
        }
        octet.close();
    }
}
