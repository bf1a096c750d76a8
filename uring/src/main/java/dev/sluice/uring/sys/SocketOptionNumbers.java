// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

/** Numbers of the options of sockets that {@code dev.sluice.uring.call.SocketOption} explains. */
public final class SocketOptionNumbers {
    /** setsockopt: bytes to be sent. */
    public static final int SO_SNDBUF = 7;

    /** setsockopt: bytes to be received. */
    public static final int SO_RCVBUF = 8;

    /** setsockopt: whether idle peers are asked. */
    public static final int SO_KEEPALIVE = 9;

    /** setsockopt: whether listeners share a port. */
    public static final int SO_REUSEPORT = 15;

    /** setsockopt: whether segments are held back. */
    public static final int TCP_CORK = 3;

    /** setsockopt: seconds before the first question. */
    public static final int TCP_KEEPIDLE = 4;

    /** setsockopt: seconds between questions. */
    public static final int TCP_KEEPINTVL = 5;

    /** setsockopt: how many questions. */
    public static final int TCP_KEEPCNT = 6;

    /** setsockopt: seconds for the first byte. */
    public static final int TCP_DEFER_ACCEPT = 9;

    /** setsockopt: milliseconds unacknowledged. */
    public static final int TCP_USER_TIMEOUT = 18;

    /** setsockopt: how many wait with data. */
    public static final int TCP_FASTOPEN = 23;

    /** setsockopt: bytes above which it is not ready. */
    public static final int TCP_NOTSENT_LOWAT = 25;

    private SocketOptionNumbers() {}
}
