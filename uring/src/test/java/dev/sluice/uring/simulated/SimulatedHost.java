// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.simulated;

import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.PollMask;
import dev.sluice.uring.linux.SocketFlags;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The descriptors and files that a {@link SimulatedRing} works on, and the hand that moves them: what another process or
 * the network would do, a test does here. Belongs to the thread of the ring.
 */
public final class SimulatedHost {
    /** The lowest simulated descriptor, above all that a process can really have: those are never ready here. */
    public static final int FIRST_FD = 1 << 17;

    private static final int MOST_PORTS = 65_535;

    private final SimulatedRing ring;
    private SimulatedDescriptor[] descriptors = new SimulatedDescriptor[64];
    private int unusedFrom;
    private int open;
    private final ArrayDeque<Integer> reusable = new ArrayDeque<>();
    private final Map<Integer, SimulatedDescriptor> foreign = new HashMap<>();
    private final Map<String, SimulatedFile> files = new HashMap<>();

    SimulatedHost(SimulatedRing ring) {
        this.ring = ring;
    }

    /**
     * Opens a descriptor whose readiness is set by {@link #setReady}.
     *
     * @return the descriptor; the number closed last is used again first
     */
    public int open() {
        return add(new SimulatedDescriptor(SimulatedDescriptor.Kind.PLAIN, null));
    }

    /**
     * Changes what a descriptor of {@link #open()} is ready for; bits that are set anew, or set again, are an arrival.
     *
     * @param fd from {@link #open()}
     * @param pollMask {@link PollMask} bits
     */
    public void setReady(int fd, int pollMask) {
        final SimulatedDescriptor descriptor = get(fd);
        descriptor.setPlainReady(pollMask);
        if (pollMask != 0) {
            ring.arrived(descriptor, pollMask);
        }
    }

    /**
     * Opens two connected ends of a stream.
     *
     * @return two descriptors
     */
    public int[] streamPair() {
        final SimulatedDescriptor one = new SimulatedDescriptor(SimulatedDescriptor.Kind.STREAM, null);
        final SimulatedDescriptor other = new SimulatedDescriptor(SimulatedDescriptor.Kind.STREAM, null);
        join(one, other);
        return new int[] {add(one), add(other)};
    }

    private static void join(SimulatedDescriptor one, SimulatedDescriptor other) {
        one.peer = other;
        other.peer = one;
        one.connected = true;
        other.connected = true;
    }

    /**
     * Opens a listener.
     *
     * @return its descriptor
     */
    public int listener() {
        return add(new SimulatedDescriptor(SimulatedDescriptor.Kind.LISTENER, null));
    }

    /**
     * Opens a socket that can be connected by the ring.
     *
     * @return its descriptor
     */
    public int socket() {
        return add(new SimulatedDescriptor(SimulatedDescriptor.Kind.STREAM, null));
    }

    /**
     * Tells where a listener can be connected to, as long as it is open.
     *
     * @param listener from {@link #listener()}
     * @return an address that means something here only
     */
    public InetSocketAddress addressOf(int listener) {
        final int port = listener - FIRST_FD + 1;
        if (get(listener).kind != SimulatedDescriptor.Kind.LISTENER || port > MOST_PORTS) {
            throw new IllegalArgumentException("descriptor " + listener + " is no listener that has a port");
        }
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** Connects a socket to the listener at a port of {@link #addressOf}. */
    int connect(SimulatedDescriptor socket, int port) {
        final SimulatedDescriptor target = port == 0 ? null : find(FIRST_FD + port - 1);
        if (target == null || target.kind != SimulatedDescriptor.Kind.LISTENER) {
            return -Errno.ECONNREFUSED;
        }
        final SimulatedDescriptor server = new SimulatedDescriptor(SimulatedDescriptor.Kind.STREAM, null);
        join(socket, server);
        target.backlog.add(add(server));
        ring.arrived(target, PollMask.POLLIN);
        ring.arrived(socket, PollMask.POLLOUT);
        return 0;
    }

    /**
     * Connects to a listener.
     *
     * @param listener from {@link #listener()}
     * @return the client's end; the server's waits to be accepted
     */
    public int connect(int listener) {
        final int[] ends = streamPair();
        final SimulatedDescriptor target = get(listener);
        target.backlog.add(ends[1]);
        ring.arrived(target, PollMask.POLLIN);
        return ends[0];
    }

    /**
     * Creates or replaces a file.
     *
     * @param name as it will be opened
     * @param contents copied
     */
    public void file(String name, byte[] contents) {
        files.put(name, new SimulatedFile(contents));
    }

    /**
     * Opens a file as its owner would, past the ring.
     *
     * @param name of a file that exists
     * @return its descriptor
     */
    public int openFile(String name) {
        return add(new SimulatedDescriptor(SimulatedDescriptor.Kind.FILE, file(name, false)));
    }

    /**
     * Takes the name of a file away, past the ring.
     *
     * @param name of a file that exists
     */
    public void unlink(String name) {
        name(name, null);
    }

    /**
     * Writes to a stream as its owner would, past the ring.
     *
     * @param fd an end of a stream
     * @param bytes all of them fit
     */
    public void write(int fd, byte[] bytes) {
        final int written = send(get(fd), bytes);
        if (written != bytes.length) {
            throw new IllegalStateException("wrote " + written + " of " + bytes.length + " bytes to descriptor " + fd);
        }
    }

    /**
     * Reads from a stream as its owner would, past the ring.
     *
     * @param fd an end of a stream
     * @param atMost bytes
     * @return what was there
     */
    public byte[] read(int fd, int atMost) {
        return receive(get(fd), atMost);
    }

    /**
     * Closes a descriptor, as close(2): what is under way on it goes on, and holds it open towards its peer.
     *
     * @param fd an open descriptor
     */
    public void close(int fd) {
        final int result = closeNow(fd);
        if (result < 0) {
            throw new IllegalArgumentException(Errno.describe("close", "descriptor " + fd, -result));
        }
    }

    /**
     * Returns how many simulated descriptors are open.
     *
     * @return the count, which tells leaks
     */
    public int openDescriptors() {
        return open;
    }

    int add(SimulatedDescriptor descriptor) {
        final int index = reusable.isEmpty() ? unusedFrom++ : reusable.pop();
        if (index == descriptors.length) {
            descriptors = Arrays.copyOf(descriptors, index * 2);
        }
        descriptors[index] = descriptor;
        open++;
        return FIRST_FD + index;
    }

    SimulatedDescriptor find(int fd) {
        if (fd >= 0 && fd < FIRST_FD) {
            return foreign.computeIfAbsent(
                    fd, number -> new SimulatedDescriptor(SimulatedDescriptor.Kind.FOREIGN, null));
        }
        final int index = fd - FIRST_FD;
        return fd >= FIRST_FD && index < unusedFrom ? descriptors[index] : null;
    }

    private SimulatedDescriptor get(int fd) {
        final SimulatedDescriptor descriptor = find(fd);
        if (descriptor == null) {
            throw new IllegalArgumentException("descriptor " + fd + " is not open here");
        }
        return descriptor;
    }

    SimulatedFile file(String name, boolean create) {
        return create ? files.computeIfAbsent(name, absent -> new SimulatedFile(new byte[0])) : files.get(name);
    }

    /** Gives a file a name, in place of what had it; with null nothing has the name any more. */
    void name(String name, SimulatedFile file) {
        if (file == null) {
            files.remove(name);
        } else {
            files.put(name, file);
        }
    }

    /** The file without a name that nobody has open but this descriptor; null if it is none such. */
    SimulatedFile evictedByCloseOf(int fd) {
        final SimulatedDescriptor closing = fd < FIRST_FD ? null : find(fd);
        if (closing == null || closing.file == null || isNamed(closing.file)) {
            return null;
        }
        for (int index = 0; index < unusedFrom; index++) {
            final SimulatedDescriptor other = descriptors[index];
            if (other != null && other != closing && other.file == closing.file) {
                return null;
            }
        }
        return closing.file;
    }

    boolean isNamed(SimulatedFile file) {
        return files.containsValue(file);
    }

    int closeNow(int fd) {
        final SimulatedDescriptor descriptor = find(fd);
        if (descriptor == null || descriptor.kind == SimulatedDescriptor.Kind.FOREIGN) {
            return -Errno.EBADF;
        }
        descriptors[fd - FIRST_FD] = null;
        reusable.push(fd - FIRST_FD);
        open--;
        descriptor.closed = true;
        letGo(descriptor);
        return 0;
    }

    /** The peer of a closed stream learns of it when nothing holds the stream any more. */
    void letGo(SimulatedDescriptor descriptor) {
        if (!descriptor.closed || descriptor.firstWaiting != null) {
            return;
        }
        if (descriptor.kind == SimulatedDescriptor.Kind.LISTENER) {
            while (!descriptor.backlog.isEmpty()) {
                closeNow(descriptor.backlog.poll());
            }
        }
        final SimulatedDescriptor peer = descriptor.peer;
        if (peer != null) {
            descriptor.peer = null;
            peer.peer = null;
            peer.endOfStream = true;
            ring.arrived(peer, PollMask.POLLIN | PollMask.POLLOUT | PollMask.POLLHUP | PollMask.POLLRDHUP);
        }
    }

    int send(SimulatedDescriptor from, byte[] bytes) {
        if (from.shutForWriting || from.peer == null) {
            return -Errno.EPIPE;
        }
        final int fits = Math.min(bytes.length, from.peer.room());
        if (fits > 0) {
            from.peer.append(Arrays.copyOf(bytes, fits));
            ring.arrived(from.peer, PollMask.POLLIN);
        }
        return fits;
    }

    byte[] receive(SimulatedDescriptor at, int atMost) {
        final boolean wasFull = at.room() == 0;
        final byte[] bytes = at.takeReceived(atMost);
        if (wasFull && bytes.length > 0 && at.peer != null) {
            ring.arrived(at.peer, PollMask.POLLOUT);
        }
        return bytes;
    }

    int shutdown(SimulatedDescriptor descriptor, int how) {
        if (!descriptor.connected) {
            return -Errno.ENOTCONN;
        }
        if (how != SocketFlags.SHUT_RD) {
            descriptor.shutForWriting = true;
            if (descriptor.peer != null) {
                descriptor.peer.endOfStream = true;
                ring.arrived(descriptor.peer, PollMask.POLLIN | PollMask.POLLRDHUP);
            }
        }
        if (how != SocketFlags.SHUT_WR) {
            descriptor.shutForReading = true;
            ring.arrived(descriptor, PollMask.POLLIN);
        }
        return 0;
    }
}
