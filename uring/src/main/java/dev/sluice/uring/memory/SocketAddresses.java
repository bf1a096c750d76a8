// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.memory;

import dev.sluice.uring.sys.LibC;
import dev.sluice.uring.sys.NativePath;
import dev.sluice.uring.sys.SocketAddressLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes socket addresses as the kernel reads them, and reads what it writes: IPv4, IPv6, and paths and abstract names of Unix sockets.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/sockaddr.3type.html">sockaddr(3type)</a>
 */
public final class SocketAddresses {

    /** Room that every address fits into, in bytes. */
    public static final int MAX_BYTES = 128;

    private SocketAddresses() {}

    /**
     * Writes an address: of a Unix socket the path as it is, absolute or relative to the working directory of the process. Asks no file
     * system.
     *
     * @param memory in native order
     * @param offset where in {@code memory}, a multiple of 4
     * @param address an {@link InetSocketAddress}, a {@link UnixDomainSocketAddress} or an {@link AbstractUnixAddress}
     * @return its length in bytes, at most {@link #MAX_BYTES}
     * @throws IllegalArgumentException if it is of another kind, unresolved, or a path that is empty or of more than 107 bytes
     * @throws IndexOutOfBoundsException if it does not fit
     */
    public static int write(ByteBuffer memory, int offset, SocketAddress address) {
        if (address instanceof InetSocketAddress inet) {
            return write(memory, offset, checkResolved(inet));
        }
        if (address instanceof UnixDomainSocketAddress unix) {
            final byte[] path = NativePath.toBytes(unix.getPath());
            if (path.length == 1) {
                throw new IllegalArgumentException(
                        "path of a socket must not be empty"); // the kernel would take it for a name
            }
            return writeUnix(memory, offset, path, address);
        }
        if (address instanceof AbstractUnixAddress unix) {
            final byte[] name = unix.nameBytes();
            final byte[] bytes = new byte[1 + name.length]; // NUL first
            System.arraycopy(name, 0, bytes, 1, name.length);
            return writeUnix(memory, offset, bytes, address);
        }
        throw new IllegalArgumentException("neither an Internet nor a Unix address: " + address);
    }

    /**
     * The address family, as socket(2) asks for it.
     *
     * @param address of a kind that {@link #write} knows
     * @return AF_INET, AF_INET6 or AF_UNIX
     * @throws IllegalArgumentException if it is unresolved
     */
    public static int familyOf(SocketAddress address) {
        if (address instanceof InetSocketAddress inet) {
            return checkResolved(inet).getAddress() instanceof Inet6Address ? LibC.AF_INET6 : LibC.AF_INET;
        }
        return LibC.AF_UNIX;
    }

    private static InetSocketAddress checkResolved(InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("unresolved address: " + address);
        }
        return address;
    }

    private static int write(ByteBuffer memory, int offset, InetSocketAddress address) {
        final InetAddress host = address.getAddress();
        final byte[] bytes = host.getAddress();
        for (int i = 0; i < SocketAddressLayout.INET6_SIZE; i++) {
            memory.put(offset + i, (byte) 0);
        }
        memory.put(offset + SocketAddressLayout.PORT, (byte) (address.getPort() >>> 8));
        memory.put(offset + SocketAddressLayout.PORT + 1, (byte) address.getPort());
        memory.putShort(offset + SocketAddressLayout.FAMILY, (short) familyOf(address));
        if (host instanceof Inet6Address inet6) {
            memory.put(offset + SocketAddressLayout.INET6_ADDRESS, bytes);
            memory.putInt(offset + SocketAddressLayout.INET6_SCOPE, inet6.getScopeId());
            return SocketAddressLayout.INET6_SIZE;
        }
        memory.put(offset + SocketAddressLayout.INET_ADDRESS, bytes);
        return SocketAddressLayout.INET_SIZE;
    }

    private static int writeUnix(ByteBuffer memory, int offset, byte[] bytes, SocketAddress address) {
        if (bytes.length > SocketAddressLayout.UNIX_SIZE - SocketAddressLayout.UNIX_PATH) {
            throw new IllegalArgumentException("path of a socket longer than 107 bytes: " + address);
        }
        memory.putShort(offset + SocketAddressLayout.FAMILY, (short) LibC.AF_UNIX);
        memory.put(offset + SocketAddressLayout.UNIX_PATH, bytes);
        return SocketAddressLayout.UNIX_PATH + bytes.length;
    }

    /**
     * Reads an address that the kernel has written.
     *
     * @param memory in native order
     * @param offset where in {@code memory}, a multiple of 4
     * @param lengthBytes its length, as the kernel has said it
     * @return an {@link InetSocketAddress}, of IPv4 also if it was mapped to IPv6; a {@link UnixDomainSocketAddress}, whose path is empty if
     *     the socket has no name, as most clients have none; or an {@link AbstractUnixAddress}. Null if it is of another family, or an abstract
     *     name that is empty or no UTF-8
     * @throws IndexOutOfBoundsException if {@code memory} has not so much
     */
    public static @Nullable SocketAddress read(ByteBuffer memory, int offset, int lengthBytes) {
        final int family =
                lengthBytes < Short.BYTES ? LibC.AF_UNIX : memory.getShort(offset + SocketAddressLayout.FAMILY);
        if (family == LibC.AF_UNIX) {
            return readUnix(
                    memory, offset + SocketAddressLayout.UNIX_PATH, lengthBytes - SocketAddressLayout.UNIX_PATH);
        }
        return family == LibC.AF_INET || family == LibC.AF_INET6
                ? readInternet(memory, offset, family == LibC.AF_INET6)
                : null;
    }

    private static InetSocketAddress readInternet(ByteBuffer memory, int offset, boolean isIpv6) {
        final byte[] bytes = new byte[isIpv6 ? 16 : 4];
        memory.get(offset + (isIpv6 ? SocketAddressLayout.INET6_ADDRESS : SocketAddressLayout.INET_ADDRESS), bytes);
        final int scope = isIpv6 ? memory.getInt(offset + SocketAddressLayout.INET6_SCOPE) : 0;
        final int port = Byte.toUnsignedInt(memory.get(offset + SocketAddressLayout.PORT)) << 8
                | Byte.toUnsignedInt(memory.get(offset + SocketAddressLayout.PORT + 1));
        try {
            // getByAddress makes an IPv4 address of an IPv4-mapped one; a scope is kept only if there is one.
            final InetAddress host =
                    scope == 0 ? InetAddress.getByAddress(bytes) : Inet6Address.getByAddress(null, bytes, scope);
            return new InetSocketAddress(host, port);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 and 16 bytes are the legal lengths", e);
        }
    }

    private static @Nullable SocketAddress readUnix(ByteBuffer memory, int at, int lengthBytes) {
        if (lengthBytes <= 0) {
            return UnixDomainSocketAddress.of("");
        }
        if (memory.get(at) == 0) {
            return readAbstract(memory.slice(at + 1, lengthBytes - 1));
        }
        int length = 0;
        while (length < lengthBytes && memory.get(at + length) != 0) {
            length++;
        }
        final byte[] path = new byte[length];
        memory.get(at, path);
        return UnixDomainSocketAddress.of(NativePath.ofBytes(path));
    }

    private static @Nullable AbstractUnixAddress readAbstract(ByteBuffer name) {
        try {
            return name.hasRemaining()
                    ? new AbstractUnixAddress(
                            StandardCharsets.UTF_8.newDecoder().decode(name).toString())
                    : null;
        } catch (CharacterCodingException e) {
            return null; // a name that Java has not
        }
    }
}
