// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.net;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Reads addresses as they are written, and asks no name service.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7239#section-6">RFC 7239, 6: node identifiers</a>
 */
final class ForwardedForNode {
    private static final int IPV4_PARTS = 4;
    private static final int MAX_IPV6_LENGTH = 45;
    static final int MAX_PORT = 0xFFFF;
    private static final int MAX_PORT_DIGITS = 5;

    private ForwardedForNode() {}

    /**
     * Reads an address, with or without a port: {@code 192.0.2.1}, {@code 192.0.2.1:80}, {@code [2001:db8::1]:80}; and
     * {@code 2001:db8::1}, which nothing follows.
     *
     * @return the address, or null if it is no such thing
     */
    static InetAddress address(String node) {
        if (node.startsWith("[")) {
            final int end = node.indexOf(']');
            return end > 0 && isPortOrNothing(node, end + 1) ? ipv6(node.substring(1, end)) : null;
        }
        final int colon = node.indexOf(':');
        if (colon >= 0 && colon != node.lastIndexOf(':')) {
            return ipv6(node);
        }
        final int end = colon < 0 ? node.length() : colon;
        return isPortOrNothing(node, end) ? ipv4(node.substring(0, end)) : null;
    }

    /** Obfuscated ports are ports. */
    private static boolean isPortOrNothing(String node, int from) {
        if (from == node.length()) {
            return true;
        }
        final String port = node.substring(from + 1);
        return node.charAt(from) == ':' && (port(port) >= 0 || (port.length() > 1 && port.charAt(0) == '_'));
    }

    /** Reads a decimal number, or returns -1 if it is no port. */
    static int port(String text) {
        return digits(text, MAX_PORT);
    }

    /** Reads a decimal number without leading zeros, which some take for octal; or returns -1 if it is none, or is above {@code most}. */
    static int decimal(String text, int most) {
        return text.length() > 1 && text.charAt(0) == '0' ? -1 : digits(text, most);
    }

    private static int digits(String text, int most) {
        int number = text.isEmpty() || text.length() > MAX_PORT_DIGITS ? -1 : 0;
        for (int i = 0; i < text.length() && number >= 0; i++) {
            final char c = text.charAt(i);
            number = c >= '0' && c <= '9' ? number * 10 + c - '0' : -1;
        }
        return number > most ? -1 : number;
    }

    /** Reads four decimal numbers without leading zeros; null if it is no such thing. */
    static InetAddress ipv4(String text) {
        final String[] parts = text.split("\\.", -1);
        final byte[] bytes = new byte[IPV4_PARTS];
        boolean wellFormed = parts.length == IPV4_PARTS;
        for (int i = 0; i < IPV4_PARTS && wellFormed; i++) {
            final int part = decimal(parts[i], 0xFF);
            wellFormed = part >= 0;
            bytes[i] = (byte) part;
        }
        return wellFormed ? of(bytes) : null;
    }

    /** Reads what is between brackets; one of a mapped IPv4 address is that address. Null if it is no such thing, or has a zone. */
    static InetAddress ipv6(String text) {
        boolean wellFormed = text.length() <= MAX_IPV6_LENGTH && text.indexOf(':') >= 0 && text.charAt(0) != '.';
        for (int i = 0; i < text.length() && wellFormed; i++) {
            final char c = text.charAt(i);
            wellFormed = c == ':' || c == '.' || (c < 0x80 && Character.digit(c, 16) >= 0);
        }
        try {
            // With a colon, and not a dot in front, it can only be a literal: no name is looked up.
            return wellFormed ? InetAddress.getByName(text) : null;
        } catch (UnknownHostException e) {
            return null; // not an address: that is the answer
        }
    }

    /** Makes an address of 4 or 16 bytes. */
    static InetAddress of(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address has 4 or 16 bytes: " + bytes.length, e);
        }
    }
}
