// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

/** Who is told what becomes of an {@link OutboundQueue}. */
interface OutboundOwner {
    /** Something was added: calls {@link OutboundPump#pump} soon. What is added until then goes out together. */
    void added();

    /** As many bytes are queued as the high mark says. */
    void roseAboveHigh();

    /** After that, no more than the low mark says. */
    void fellBelowLow();

    /** Whether it may go without anything to be done when it is sent. */
    boolean sendsQuietly();

    /** The peer has taken something that was sent as soon as it was read. */
    void moved();

    /** Nothing more will be sent: sending failed, or reading what is to be sent, with this error. */
    void sendFailed(int errno);
}
