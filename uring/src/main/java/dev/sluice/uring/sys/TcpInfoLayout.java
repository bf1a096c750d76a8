// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

/** {@code struct tcp_info}, as far as it is used here; longer with each kernel. */
public final class TcpInfoLayout {

    /** u8, TCP_*. */
    public static final int STATE = 0;

    /** u64, bytes that the peer has acknowledged since the connection was made; 4.1. */
    public static final int BYTES_ACKED = 120;

    /** Size in bytes up to there. */
    public static final int SIZE = BYTES_ACKED + Long.BYTES;

    private TcpInfoLayout() {}
}
