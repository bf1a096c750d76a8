// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

/**
 * {@code struct msghdr}: what sendmsg(2) and recvmsg(2) carry.
 *
 * <pre>
 *    0                       8           12          16
 *   +-----------------------+-----------+-----------+
 * 0 | name                  | namelen   | padding   |
 *   +-----------------------+-----------+-----------+
 *16 | iov                   | iovlen                |
 *   +-----------------------+-----------------------+
 *32 | control               | controllen            |
 *   +-----------+-----------+-----------------------+
 *48 | flags     | padding   |
 *   +-----------+-----------+
 * </pre>
 */
public final class MsghdrLayout {

    /** Pointer to a socket address. */
    public static final int NAME = 0;

    /** u32: bytes at NAME; answered by recvmsg. */
    public static final int NAME_LENGTH = 8;

    /** Pointer to {@link IovecLayout}s. */
    public static final int IOV = 16;

    /** size_t: how many of them. */
    public static final int IOV_LENGTH = 24;

    /** Pointer to control messages. */
    public static final int CONTROL = 32;

    /** size_t: bytes at CONTROL; answered by recvmsg. */
    public static final int CONTROL_LENGTH = 40;

    /** s32: MSG_*, answered by recvmsg. */
    public static final int FLAGS = 48;

    /** Size in bytes. */
    public static final int SIZE = 56;

    private MsghdrLayout() {}
}
