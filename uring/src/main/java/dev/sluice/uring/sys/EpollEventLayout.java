// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

/**
 * {@code struct epoll_event}: packed on x86-64, aligned elsewhere.
 *
 * <pre>
 *            0            4                         12
 *           +------------+-------------------------+
 *    x86-64 | events     | data: u64               |
 *           +------------+------------+------------+------------+
 *   aarch64 | events     | unused     | data: u64               |
 *           +------------+------------+-------------------------+
 *            0            4            8                         16
 * </pre>
 */
public final class EpollEventLayout {

    private static final boolean PACKED = "amd64".equals(System.getProperty("os.arch"));

    /** u32, EPOLL*. */
    public static final int EVENTS = 0;

    /** u64, as it was registered. */
    public static final int DATA = PACKED ? 4 : 8;

    /** Size in bytes. */
    public static final int SIZE = PACKED ? 12 : 16;

    private EpollEventLayout() {}
}
