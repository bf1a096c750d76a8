// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * A range of addresses: {@code 10.0.0.0/8}, {@code 2001:db8::/32}, or a single address.
 *
 * @param network the first address
 * @param prefixBits how many leading bits all addresses of the range share
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4632">RFC 4632, CIDR</a>
 */
public record Cidr(InetAddress network, int prefixBits) {
    private static final int IPV4_PARTS = 4;

    /**
     * Checks the values.
     *
     * @param network see {@link #network()}
     * @param prefixBits see {@link #prefixBits()}
     * @throws IllegalArgumentException if the prefix is longer than the address, or the address has bits behind it
     */
    public Cidr {
        final byte[] address = network.getAddress();
        if (prefixBits < 0 || prefixBits > address.length * Byte.SIZE) {
            throw new IllegalArgumentException("the prefix of " + network.getHostAddress() + " must be 0.."
                    + address.length * Byte.SIZE + " bits: " + prefixBits);
        }
        if (!Arrays.equals(address, masked(address, prefixBits))) {
            throw new IllegalArgumentException(network.getHostAddress() + "/" + prefixBits
                    + " has bits set behind its prefix: say which network is meant");
        }
    }

    /**
     * Reads a range as it is written. Asks no name service.
     *
     * @param text an address, or an address, a slash and a number of bits
     * @return the range
     * @throws IllegalArgumentException if it is no such thing, with the text
     */
    public static Cidr parse(String text) {
        final int slash = text.indexOf('/');
        final InetAddress address = parseAddress(slash < 0 ? text : text.substring(0, slash));
        if (slash < 0) {
            return new Cidr(address, address.getAddress().length * Byte.SIZE);
        }
        try {
            return new Cidr(address, Integer.parseInt(text.substring(slash + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a number of bits behind the slash: " + text, e);
        }
    }

    private static InetAddress parseAddress(String text) {
        try {
            // With a colon it can only be a literal: no name is looked up.
            return text.indexOf(':') >= 0 ? InetAddress.getByName(text) : InetAddress.getByAddress(parseIpv4(text));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not an IP address: " + text, e);
        }
    }

    private static byte[] parseIpv4(String text) throws UnknownHostException {
        final String[] parts = text.split("\\.", -1);
        if (parts.length != IPV4_PARTS) {
            throw new UnknownHostException(text);
        }
        final byte[] address = new byte[IPV4_PARTS];
        for (int i = 0; i < IPV4_PARTS; i++) {
            address[i] = parseByte(text, parts[i]);
        }
        return address;
    }

    private static byte parseByte(String text, String part) throws UnknownHostException {
        int value = 0;
        for (int i = 0; i < part.length(); i++) {
            final char c = part.charAt(i);
            value = c >= '0' && c <= '9' ? value * 10 + c - '0' : Integer.MAX_VALUE / 20;
        }
        if (part.isEmpty() || part.length() > 3 || value > 255) {
            throw new UnknownHostException(text);
        }
        return (byte) value;
    }

    /**
     * Tells whether an address is in the range.
     *
     * @param address of either family
     * @return false for an address of the other family
     */
    public boolean contains(InetAddress address) {
        final byte[] bytes = address.getAddress();
        final byte[] prefix = network.getAddress();
        return bytes.length == prefix.length && Arrays.equals(masked(bytes, prefixBits), prefix);
    }

    private static byte[] masked(byte[] address, int prefixBits) {
        final byte[] masked = new byte[address.length];
        for (int i = 0; i < address.length; i++) {
            final int bits = Math.max(0, Math.min(Byte.SIZE, prefixBits - i * Byte.SIZE));
            masked[i] = (byte) (address[i] & (0xFF << (Byte.SIZE - bits)));
        }
        return masked;
    }

    @Override
    public String toString() {
        return network.getHostAddress() + "/" + prefixBits;
    }
}
