// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.net;

import java.net.InetAddress;
import java.util.Arrays;

/**
 * A range of addresses: {@code 10.0.0.0/8}, {@code 2001:db8::/32}, or a single address.
 *
 * @param network the first address
 * @param prefixBits how many leading bits all addresses of the range share
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4632">RFC 4632, CIDR</a>
 */
public record Cidr(InetAddress network, int prefixBits) {
    private static final int IPV6_BITS = 128;

    /** Before the IPv4 address in one that is mapped. */
    private static final int MAPPED_BITS = 96;

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
     * Reads a range as it is written, without a zone and without leading zeros. Asks no name service. What is written of mapped addresses, as
     * {@code ::ffff:10.0.0.0/104}, is the range of IPv4 addresses that they stand for.
     *
     * @param text an address, or an address, a slash and a number of bits
     * @return the range
     * @throws IllegalArgumentException if it is no such thing, or reaches beyond mapped addresses, with the text
     * @see <a href="https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2">RFC 4291, 2.5.5.2: IPv4-mapped IPv6 addresses</a>
     */
    public static Cidr parse(String text) {
        final int slash = text.indexOf('/');
        final String addressText = slash < 0 ? text : text.substring(0, slash);
        final boolean ipv6 = addressText.indexOf(':') >= 0;
        final InetAddress address = ipv6 ? ForwardedForNode.ipv6(addressText) : ForwardedForNode.ipv4(addressText);
        if (address == null) {
            throw new IllegalArgumentException("not an IP address: " + text);
        }
        final int addressBits = address.getAddress().length * Byte.SIZE;
        if (slash < 0) {
            return new Cidr(address, addressBits);
        }
        final int bits = ForwardedForNode.decimal(text.substring(slash + 1), IPV6_BITS);
        if (bits < 0) {
            throw new IllegalArgumentException("not a number of bits behind the slash: " + text);
        }
        final boolean mapped = ipv6 && addressBits < IPV6_BITS;
        if (mapped && bits < MAPPED_BITS) {
            throw new IllegalArgumentException("the prefix of mapped addresses has at least " + MAPPED_BITS
                    + " bits: write the range of IPv4 addresses that is meant: " + text);
        }
        return new Cidr(address, mapped ? bits - MAPPED_BITS : bits);
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
