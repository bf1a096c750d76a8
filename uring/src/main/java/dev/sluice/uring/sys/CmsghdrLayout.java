// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

/**
 * {@code struct cmsghdr}: the head of one control message of sendmsg(2) and recvmsg(2); its data follow, then padding up to the next.
 *
 * <pre>
 *    0                       8           12          16
 *   +-----------------------+-----------+-----------+--------
 * 0 | len, with the head    | level     | type      | data
 *   +-----------------------+-----------+-----------+--------
 * </pre>
 */
public final class CmsghdrLayout {

    /** size_t: bytes of head and data. */
    public static final int LENGTH = 0;

    /** s32: the protocol. */
    public static final int LEVEL = 8;

    /** s32: what it is, by the protocol. */
    public static final int TYPE = 12;

    /** Size of the head in bytes: the data begin there. */
    public static final int SIZE = 16;

    /** Each message begins at a multiple of so many bytes. */
    public static final int ALIGNMENT = 8;

    private CmsghdrLayout() {}
}
