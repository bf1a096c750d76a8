// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

/** How far a {@link Connection} is. */
enum Phase {
    OPEN,

    /** Takes nothing in any more, and sends what there is. */
    CLOSING,

    /** All is sent, and its peer is told so. */
    LINGERING,

    /** The transport closes, and what is in flight ends. */
    SHUT,

    ENDED
}
