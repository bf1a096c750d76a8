// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.net;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * Takes in what a balancer says before the first byte of its client: the PROXY protocol, versions 1 and 2, in as many pieces as it
 * comes. Bytes that come one by one get the same verdict as all at once. One for each connection; one thread at a time.
 *
 * <p>Only who is trusted may say it: anybody else could claim to be anybody. And who is trusted must say it: a connection without it is
 * refused, so that there is no guessing.
 *
 * @see <a href="https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt">The PROXY protocol</a>
 */
public final class ProxyHeader {
    /** Room for addresses, a checksum, and what a balancer says of TLS. */
    public static final int USUAL_MAX_BYTES = 4096;

    static final String NO_HEADER = "it does not begin like one";

    private static final int LEAST_MAX_BYTES = 256;

    private final ProxyHeaderBinary binary;
    private final ProxyHeaderLine line = new ProxyHeaderLine();

    private boolean begun;
    private boolean text;
    private String fault;

    /**
     * Makes a reader for one connection.
     *
     * @param maxBytes of a header of version 2: a longer one is refused. At least 256
     * @throws IllegalArgumentException if it is less
     */
    public ProxyHeader(int maxBytes) {
        if (maxBytes < LEAST_MAX_BYTES) {
            throw new IllegalArgumentException(
                    "maxBytes must be at least " + LEAST_MAX_BYTES + ": maxBytes=" + maxBytes);
        }
        binary = new ProxyHeaderBinary(maxBytes);
    }

    /**
     * Takes in what {@code received} has of the header, and not a byte behind it.
     *
     * @param received from its position, which is moved, to its limit
     * @return true if the header is complete or refused; false if more bytes are needed
     */
    public boolean read(ByteBuffer received) {
        while (received.hasRemaining() && !isOver()) {
            final byte b = received.get();
            if (!begun) {
                begun = true;
                text = b == 'P';
            }
            fault = text ? line.take(b) : binary.take(b);
        }
        return isOver();
    }

    /**
     * Tells how much there must still be of the header: who receives no more than that takes nothing that is behind it.
     *
     * @return bytes, at least 1 as long as the header is neither complete nor refused; 0 then
     */
    public int leastLeft() {
        if (isOver()) {
            return 0;
        }
        return !begun ? ProxyHeaderLine.LEAST_BYTES : text ? line.leastLeft() : binary.leastLeft();
    }

    private boolean isOver() {
        return fault != null || (text ? line.isOver() : binary.isOver());
    }

    /**
     * Tells why the header is refused; the connection is to be closed without an answer.
     *
     * @return the reason, or null if nothing is wrong so far
     */
    public String fault() {
        return fault == null ? null : "the header of the PROXY protocol is refused: " + fault;
    }

    /**
     * Tells whether the header names a client. If it does not, the balancer speaks for itself, or of what it does not know: the
     * addresses of the connection stand.
     *
     * @return true if {@link #source} and {@link #destination} are there
     */
    public boolean hasAddresses() {
        return source() != null;
    }

    /**
     * Returns the client's address, of a header that is complete and not refused.
     *
     * @return address and port, or null if it names none
     */
    public InetSocketAddress source() {
        return text ? line.source() : binary.source();
    }

    /**
     * Returns the address that the client connected to, of a header that is complete and not refused.
     *
     * @return address and port, or null if it names none
     */
    public InetSocketAddress destination() {
        return text ? line.destination() : binary.destination();
    }
}
