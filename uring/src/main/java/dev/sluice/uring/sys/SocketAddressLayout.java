// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

/**
 * {@code struct sockaddr_in}, {@code struct sockaddr_in6} and {@code struct sockaddr_un}. Ports and addresses are in network order, the rest in native order.
 *
 * <pre>
 *    0          2          4                     8
 *   +----------+----------+---------------------+---------------------+
 * 0 | AF_INET  | port     | address, 4 bytes    | zero                |  sockaddr_in, 16 bytes
 *   +----------+----------+---------------------+---------------------+
 *
 *   +----------+----------+---------------------+---------------------+
 * 0 | AF_INET6 | port     | flowinfo            | address, 16 bytes   |  sockaddr_in6, 28 bytes
 *   +----------+----------+---------------------+---------------------+
 *24 | scope id            |
 *   +---------------------+
 *
 *   +----------+-------------------------------------------------------+
 * 0 | AF_UNIX  | path, at most 108 bytes with its NUL                  |  sockaddr_un, 110 bytes
 *   +----------+-------------------------------------------------------+
 * </pre>
 */
public final class SocketAddressLayout {

    /** u16. */
    public static final int FAMILY = 0;

    /** u16 in network order. */
    public static final int PORT = 2;

    /** Four bytes of an IPv4 address. */
    public static final int INET_ADDRESS = 4;

    /** Size in bytes of sockaddr_in. */
    public static final int INET_SIZE = 16;

    /** Sixteen bytes of an IPv6 address. */
    public static final int INET6_ADDRESS = 8;

    /** u32, the interface of a link-local address. */
    public static final int INET6_SCOPE = 24;

    /** Size in bytes of sockaddr_in6. */
    public static final int INET6_SIZE = 28;

    /** The bytes of a path. */
    public static final int UNIX_PATH = 2;

    /** Size in bytes of sockaddr_un. */
    public static final int UNIX_SIZE = 110;

    private SocketAddressLayout() {}
}
