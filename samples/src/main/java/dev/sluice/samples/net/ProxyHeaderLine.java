// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * The header of version 1: one line of text, at most 107 bytes with its end.
 *
 * <pre>
 *   PROXY TCP4 192.0.2.1 198.51.100.1 56324 443
 *   PROXY UNKNOWN, and anything
 * </pre>
 */
final class ProxyHeaderLine {
    private static final int MAX_BYTES = 107;
    private static final String PREFIX = "PROXY ";
    private static final String UNKNOWN = "UNKNOWN";
    private static final int PARTS = 6;

    /** Of {@code PROXY UNKNOWN}, the shortest of all headers. */
    static final int LEAST_BYTES = 15;

    /** By how many spaces there are, behind a byte of what follows them: of the ends of addresses of two bytes, ports of one, and CR LF. */
    private static final int[] LEAST_BEHIND = {2, 2, 9, 6, 4, 2};

    private final byte[] bytes = new byte[MAX_BYTES];
    private int lengthBytes;
    private int spaces;
    private boolean over;
    private InetSocketAddress source;
    private InetSocketAddress destination;

    boolean isOver() {
        return over;
    }

    /** Returns who connected to the proxy, or null if that is unknown. */
    InetSocketAddress source() {
        return source;
    }

    /** Returns whom that was to reach, or null if that is unknown. */
    InetSocketAddress destination() {
        return destination;
    }

    /** Returns how many bytes of a line that is well-formed are still to come at least. */
    int leastLeft() {
        if (bytes[lengthBytes - 1] == '\r') {
            return 1;
        }
        final boolean unknown = lengthBytes > PREFIX.length() && bytes[PREFIX.length()] == UNKNOWN.charAt(0);
        return Math.max(LEAST_BYTES - lengthBytes, unknown ? 2 : LEAST_BEHIND[Math.min(spaces, PARTS - 1)]);
    }

    /** Takes the next byte; returns what is wrong, or null. */
    String take(byte b) {
        final int index = lengthBytes++;
        if (index < PREFIX.length() && b != PREFIX.charAt(index)) {
            return ProxyHeader.NO_HEADER;
        }
        if (index > 0 && bytes[index - 1] == '\r') {
            over = b == '\n';
            return over ? parse(new String(bytes, 0, index - 1, StandardCharsets.ISO_8859_1)) : "a CR ends no line";
        }
        if (b == '\n') {
            return "its line ends without CR";
        }
        bytes[index] = b;
        spaces += b == ' ' ? 1 : 0;
        return lengthBytes < MAX_BYTES ? null : "its line is longer than " + MAX_BYTES + " bytes";
    }

    private String parse(String line) {
        if (line.equals(PREFIX + UNKNOWN) || line.startsWith(PREFIX + UNKNOWN + " ")) {
            return null;
        }
        final String[] parts = line.split(" ", -1);
        final boolean ipv4 = parts.length == PARTS && parts[1].equals("TCP4");
        final boolean ipv6 = parts.length == PARTS && parts[1].equals("TCP6");
        if (!ipv4 && !ipv6) {
            return "its line is neither UNKNOWN nor TCP4 or TCP6, two addresses and two ports";
        }
        source = endpoint(ipv4, parts[2], parts[4]);
        destination = endpoint(ipv4, parts[3], parts[5]);
        return source != null && destination != null ? null : "its line has a malformed address or port";
    }

    /** Leading zeros are refused: a port has one way to be written. */
    private static InetSocketAddress endpoint(boolean ipv4, String text, String portText) {
        final InetAddress address = ipv4 ? ForwardedForNode.ipv4(text) : ForwardedForNode.ipv6(text);
        final int port = ForwardedForNode.decimal(portText, ForwardedForNode.MAX_PORT);
        return address != null && port >= 0 ? new InetSocketAddress(address, port) : null;
    }
}
