// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.call;

import dev.sluice.uring.RingUnavailableException;
import dev.sluice.uring.Sqe;
import dev.sluice.uring.host.SetupDiagnosis;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.SocketFlags;
import dev.sluice.uring.memory.SocketAddresses;
import dev.sluice.uring.sys.LibC;
import dev.sluice.uring.sys.Scratch;
import dev.sluice.uring.sys.SocketAddressLayout;
import dev.sluice.uring.sys.SocketCalls;
import dev.sluice.uring.sys.SystemCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Socket calls outside the stream of events: opening a listener, asking for addresses. IPv4 and IPv6. Any thread may call. A failure throws
 * {@link UncheckedIOException} whose cause is the {@link java.net} exception the JDK would throw, naming the call, the address and the errno.
 */
public final class Sockets {

    /** Where in the thread's scratch an int argument goes, behind any socket address. */
    private static final int INT_OFFSET = 128;

    private Sockets() {}

    /**
     * Opens a listening stream socket: close-on-exec, non-blocking, and for TCP with SO_REUSEADDR, and TCP_NODELAY, which accepted
     * sockets inherit. The path of a Unix socket must not exist and is there from then on; to make it may wait for a disk.
     *
     * @param address to bind, of a kind that {@link SocketAddresses#write} knows; port 0 lets the kernel choose, see {@link #localAddress}
     * @param backlog connections that may wait to be accepted, above zero; the kernel reduces it to net.core.somaxconn
     * @return a new descriptor
     * @throws IllegalArgumentException if the address is unresolved or of another kind, or {@code backlog} is not above zero
     * @throws UncheckedIOException if it cannot be bound, for example a {@link BindException} with EADDRINUSE
     */
    public static int listen(SocketAddress address, int backlog) {
        return listen(address, backlog, Map.of());
    }

    /**
     * As {@link #listen(SocketAddress, int)}, with options that are set before the socket is bound.
     *
     * @param address to bind
     * @param backlog connections that may wait to be accepted, above zero
     * @param options and their values
     * @return a new descriptor
     * @throws UncheckedIOException if it cannot be bound, or an option cannot be set, for example with EINVAL
     */
    public static int listen(SocketAddress address, int backlog, Map<SocketOption, Integer> options) {
        if (backlog <= 0) {
            throw new IllegalArgumentException("backlog must be at least 1: backlog=" + backlog);
        }
        final int fd = open(address, SocketFlags.SOCK_NONBLOCK);
        try {
            if (address instanceof InetSocketAddress) {
                enableOption(fd, LibC.SOL_SOCKET, LibC.SO_REUSEADDR, "SO_REUSEADDR");
                enableOption(fd, LibC.IPPROTO_TCP, LibC.TCP_NODELAY, "TCP_NODELAY");
            }
            for (final Map.Entry<SocketOption, Integer> option : options.entrySet()) {
                final int result = option.getKey().set(fd, option.getValue());
                if (result < 0) {
                    throw failed("setsockopt " + option.getKey() + "=" + option.getValue() + " for ", address, -result);
                }
            }
            final Scratch scratch = Scratch.current();
            final int length = SocketAddresses.write(scratch.view(), 0, address);
            if (LibC.bind(fd, scratch.address(), length) == -1) {
                throw failed("bind", address, LibC.errno());
            }
            if (LibC.listen(fd, backlog) == -1) {
                throw failed("listen", address, LibC.errno());
            }
            return fd;
        } catch (RuntimeException e) {
            SystemCalls.close(fd);
            throw e;
        }
    }

    /**
     * Opens a TCP connection and waits for it. The socket blocks and is close-on-exec. Not for the thread that serves events.
     *
     * @param address of the peer
     * @return a new descriptor
     * @throws IllegalArgumentException if the address is unresolved
     * @throws UncheckedIOException if it fails, for example a {@link ConnectException} with ECONNREFUSED
     */
    public static int connect(InetSocketAddress address) {
        final int fd = open(address, 0);
        final Scratch scratch = Scratch.current();
        final int length = SocketAddresses.write(scratch.view(), 0, address);
        final int result = SocketCalls.connect(fd, scratch.address(), length);
        if (result < 0) {
            SystemCalls.close(fd);
            throw failed("connect", address, -result);
        }
        return fd;
    }

    /**
     * Opens a stream socket that can be connected by {@link Sqe#prepConnect}: close-on-exec, non-blocking, and with TCP_NODELAY if it is TCP.
     *
     * @param peer of a kind that {@link SocketAddresses#write} knows: what it is to be connected to
     * @return a new descriptor
     * @throws IllegalArgumentException if the address is unresolved
     * @throws UncheckedIOException as {@link #tryOpen} says, for example if there are no more descriptors (EMFILE, ENFILE)
     */
    public static int open(SocketAddress peer) {
        final int fd = tryOpen(peer);
        if (fd < 0) {
            throw failed("socket", peer, -fd);
        }
        return fd;
    }

    /**
     * As {@link #open}, for who takes a failure as data.
     *
     * @param peer what it is to be connected to
     * @return a new descriptor, or a negated errno: EMFILE, ENFILE, ENOBUFS, ENOMEM, EAFNOSUPPORT; or that of setsockopt(2), where a
     *     sandbox refuses TCP_NODELAY
     * @throws IllegalArgumentException if the address is unresolved
     */
    public static int tryOpen(SocketAddress peer) {
        final int fd = socket(peer, SocketFlags.SOCK_NONBLOCK);
        if (fd >= 0 && peer instanceof InetSocketAddress) {
            final int result = tryEnableOption(fd, LibC.IPPROTO_TCP, LibC.TCP_NODELAY);
            if (result < 0) {
                SystemCalls.close(fd);
                return result;
            }
        }
        return fd;
    }

    /**
     * Receives what has come, and waits for nothing. Allocates nothing.
     *
     * @param fd a connected socket
     * @param address to receive into
     * @param lengthBytes above zero
     * @return bytes received, 0 if the peer has ended its side; or a negated errno: EAGAIN if nothing has come
     * @see <a href="https://man7.org/linux/man-pages/man2/recv.2.html">recv(2), MSG_DONTWAIT</a>
     */
    public static int receiveNow(int fd, long address, int lengthBytes) {
        return SocketCalls.recv(fd, address, lengthBytes, SocketFlags.MSG_DONTWAIT);
    }

    /**
     * The address a socket is bound to.
     *
     * @param fd an IPv4 or IPv6 socket
     * @return the address
     * @throws UncheckedIOException if it is not such a socket
     * @see <a href="https://man7.org/linux/man-pages/man2/getsockname.2.html">getsockname(2)</a>
     */
    public static InetSocketAddress localAddress(int fd) {
        final Scratch scratch = Scratch.current();
        scratch.view().putInt(INT_OFFSET, INT_OFFSET);
        return decode(
                fd,
                "getsockname",
                scratch,
                SocketCalls.getsockname(fd, scratch.address(), scratch.address() + INT_OFFSET));
    }

    /**
     * The address of a socket's peer.
     *
     * @param fd a connected IPv4 or IPv6 socket
     * @return the address
     * @throws UncheckedIOException if it is not connected (ENOTCONN), or not such a socket
     * @see <a href="https://man7.org/linux/man-pages/man2/getpeername.2.html">getpeername(2)</a>
     */
    public static InetSocketAddress peerAddress(int fd) {
        final Scratch scratch = Scratch.current();
        scratch.view().putInt(INT_OFFSET, INT_OFFSET);
        return decode(
                fd,
                "getpeername",
                scratch,
                SocketCalls.getpeername(fd, scratch.address(), scratch.address() + INT_OFFSET));
    }

    /**
     * The address of a socket's peer, of any kind and also when it has gone already.
     *
     * @param fd a stream socket
     * @return as {@link SocketAddresses#read}; null if it never had a peer, or the kernel does not tell
     */
    public static @Nullable SocketAddress tryPeerAddress(int fd) {
        final Scratch scratch = Scratch.current();
        final ByteBuffer memory = scratch.view();
        memory.putInt(INT_OFFSET, INT_OFFSET);
        final int result = SocketCalls.getpeername(fd, scratch.address(), scratch.address() + INT_OFFSET);
        if (result == 0 || isNameOfGone(fd, scratch, SocketAddressLayout.INET6_SIZE)) {
            return SocketAddresses.read(memory, 0, memory.getInt(INT_OFFSET));
        }
        return isNameOfGone(fd, scratch, SocketAddressLayout.INET_SIZE)
                ? SocketAddresses.read(memory, 0, SocketAddressLayout.INET_SIZE)
                : null;
    }

    /** Asks for the name of a peer that was reset: it is told to who asks for no more bytes than it has. */
    private static boolean isNameOfGone(int fd, Scratch scratch, int lengthBytes) {
        scratch.view().putInt(INT_OFFSET, lengthBytes);
        return SocketCalls.getsockopt(
                        fd, LibC.SOL_SOCKET, SocketCalls.SO_PEERNAME, scratch.address(), scratch.address() + INT_OFFSET)
                == 0;
    }

    /**
     * Checks at the start that {@link #peerAddress} will be answered.
     *
     * @throws RingUnavailableException if this host refuses getpeername(2), with the cause and what helps
     */
    public static void requirePeerAddress() {
        final Scratch scratch = Scratch.current();
        scratch.view().putInt(INT_OFFSET, INT_OFFSET);
        final int nobody = -1; // a descriptor that is not there: a host that allows the call answers EBADF
        final int errno = -SocketCalls.getpeername(nobody, scratch.address(), scratch.address() + INT_OFFSET);
        if (errno != Errno.EBADF) {
            throw new RingUnavailableException(SetupDiagnosis.refusedCall("getpeername", errno), errno);
        }
    }

    /**
     * Whether a socket is one of the Internet. Allocates nothing.
     *
     * @param fd a descriptor
     * @return true for IPv4 and IPv6; false for any other, and for what is no socket
     */
    public static boolean isInternet(int fd) {
        final Scratch scratch = Scratch.current();
        scratch.view().putInt(INT_OFFSET, INT_OFFSET);
        if (SocketCalls.getsockname(fd, scratch.address(), scratch.address() + INT_OFFSET) < 0) {
            return false;
        }
        final int family = scratch.view().getShort(SocketAddressLayout.FAMILY);
        return family == LibC.AF_INET || family == LibC.AF_INET6;
    }

    private static int open(SocketAddress address, int flags) {
        final int fd = socket(address, flags);
        if (fd < 0) {
            throw failed("socket", address, -fd);
        }
        return fd;
    }

    private static int socket(SocketAddress address, int flags) {
        final int family = SocketAddresses.familyOf(address);
        return LibC.orNegatedErrno(LibC.socket(family, LibC.SOCK_STREAM | SocketFlags.SOCK_CLOEXEC | flags, 0));
    }

    /**
     * Whether a descriptor is a stream socket. Never waits.
     *
     * @param fd a descriptor
     * @return 0; {@code -EBADF} if it is not open; {@code -ENOTSOCK} if it is no socket; {@code -EPROTOTYPE} if it is one of another type
     */
    public static int checkStream(int fd) {
        final Scratch scratch = Scratch.current();
        scratch.view().putInt(INT_OFFSET, Integer.BYTES);
        final int result = SocketCalls.getsockopt(
                fd, LibC.SOL_SOCKET, SocketCalls.SO_TYPE, scratch.address(), scratch.address() + INT_OFFSET);
        if (result < 0) {
            return result;
        }
        return scratch.view().getInt(0) == LibC.SOCK_STREAM ? 0 : -Errno.EPROTOTYPE;
    }

    private static void enableOption(int fd, int level, int option, String name) {
        final int result = tryEnableOption(fd, level, option);
        if (result < 0) {
            throw Errno.unchecked("setsockopt(fd " + fd + ", " + name + ")", -result);
        }
    }

    private static int tryEnableOption(int fd, int level, int option) {
        final Scratch scratch = Scratch.current();
        scratch.view().putInt(INT_OFFSET, 1);
        return SocketCalls.setsockopt(fd, level, option, scratch.address() + INT_OFFSET, Integer.BYTES);
    }

    private static InetSocketAddress decode(int fd, String call, Scratch scratch, int result) {
        if (result < 0) {
            final String message = call + "(fd " + fd + ") " + Errno.failed(-result);
            throw new UncheckedIOException(message, new SocketException(message));
        }
        final ByteBuffer memory = scratch.view();
        if (SocketAddresses.read(memory, 0, memory.getInt(INT_OFFSET)) instanceof InetSocketAddress address) {
            return address;
        }
        final int family = memory.getShort(SocketAddressLayout.FAMILY);
        final String message = call + "(fd " + fd + "): neither IPv4 nor IPv6 but address family " + family;
        throw new UncheckedIOException(message, new SocketException(message));
    }

    private static UncheckedIOException failed(String call, SocketAddress address, int errno) {
        final String message = call + "(" + address + ") " + Errno.failed(errno);
        final IOException cause = switch (errno) {
            case Errno.EADDRINUSE, Errno.EADDRNOTAVAIL, Errno.EACCES -> new BindException(message);
            case Errno.ECONNREFUSED, Errno.ETIMEDOUT, Errno.EHOSTUNREACH, Errno.ENETUNREACH ->
                new ConnectException(message);
            default -> new SocketException(message);
        };
        return new UncheckedIOException(message, cause);
    }
}
