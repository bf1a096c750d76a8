// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

/**
 * The peer has broken the protocol: said something that cannot be, or too much. Expected, so it has no stack trace and costs little; the
 * {@linkplain Connection#violated connection} that it happened on decides what comes of it.
 */
public final class ProtocolException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * Names what was broken.
     *
     * @param message for the peer and the log, such as {@code line longer than 512 bytes}
     */
    public ProtocolException(String message) {
        super(message, null, false, false);
    }
}
