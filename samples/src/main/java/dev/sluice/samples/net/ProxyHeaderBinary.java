// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.net;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * The header of version 2. Only the addresses are kept while it comes in.
 *
 * <pre>
 *   | signature, 12 bytes | version 2, command | family, transport | length u16 | addresses | TLVs |
 *                                                                                `--- length ----'
 *   IPv4:  source 4, destination 4, ports u16 u16          12 bytes
 *   IPv6:  source 16, destination 16, ports u16 u16        36 bytes
 *   Unix:  names 108, 108                                 216 bytes
 * </pre>
 */
final class ProxyHeaderBinary {
    private static final byte[] SIGNATURE = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};
    private static final int PREFIX_BYTES = 16;

    private static final int VERSION = 2;
    private static final int LOCAL = 0;
    private static final int PROXY = 1;

    private static final int UNSPEC = 0;
    private static final int INET = 1;
    private static final int INET6 = 2;
    private static final int UNIX = 3;
    private static final int STREAM = 1;
    private static final int DGRAM = 2;

    /** By family. */
    private static final int[] ADDRESS_BYTES = {0, 12, 36, 216};

    private final int maxBytes;
    private final byte[] addresses = new byte[ADDRESS_BYTES[INET6]];
    private final ProxyHeaderTlvs tlvs = new ProxyHeaderTlvs();

    private int takenBytes;
    private int command;
    private int family;
    private int transport;

    /** Of the addresses and what follows them. */
    private int lengthBytes;

    ProxyHeaderBinary(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    boolean isOver() {
        return takenBytes >= PREFIX_BYTES && takenBytes == PREFIX_BYTES + lengthBytes;
    }

    /** Returns how many bytes are still to come, or of the prefix if that does not say it yet. */
    int leastLeft() {
        return takenBytes < PREFIX_BYTES ? PREFIX_BYTES - takenBytes : PREFIX_BYTES + lengthBytes - takenBytes;
    }

    /** Takes the next byte; returns what is wrong, or null. */
    String take(byte b) {
        final int index = takenBytes++;
        if (index < PREFIX_BYTES) {
            tlvs.count(b);
            return prefix(index, b & 0xFF);
        }
        final int addressIndex = index - PREFIX_BYTES;
        if (command == LOCAL || family == UNSPEC) {
            return null; // whatever it is, it is to be discarded
        }
        if (addressIndex < ADDRESS_BYTES[family]) {
            tlvs.count(b);
            if (addressIndex < addresses.length) {
                addresses[addressIndex] = b;
            }
            return null;
        }
        return tlvs.take(b, lengthBytes - addressIndex - 1);
    }

    private String prefix(int index, int b) {
        if (index < SIGNATURE.length) {
            return b == SIGNATURE[index] ? null : ProxyHeader.NO_HEADER;
        }
        return switch (index - SIGNATURE.length) {
            case 0 -> versionAndCommand(b >> 4, b & 0xF);
            case 1 -> familyAndTransport(b >> 4, b & 0xF);
            case 2 -> {
                lengthBytes = b << Byte.SIZE;
                yield null;
            }
            default -> length(lengthBytes | b);
        };
    }

    private String versionAndCommand(int version, int newCommand) {
        command = newCommand;
        if (version != VERSION) {
            return "its version must be 2: " + version;
        }
        return command == LOCAL || command == PROXY ? null : "its command is not known: " + command;
    }

    /** Of what the proxy says to us on its own account they are ignored. */
    private String familyAndTransport(int newFamily, int newTransport) {
        family = newFamily;
        transport = newTransport;
        if (command == LOCAL || (family <= UNIX && transport <= DGRAM)) {
            return null;
        }
        return "its address family or transport is not known: " + family + ", " + transport;
    }

    private String length(int newLengthBytes) {
        lengthBytes = newLengthBytes;
        if (PREFIX_BYTES + lengthBytes > maxBytes) {
            return "it is longer than " + maxBytes + " bytes: " + (PREFIX_BYTES + lengthBytes);
        }
        if (command != LOCAL && lengthBytes < ADDRESS_BYTES[family]) {
            return "its addresses need " + ADDRESS_BYTES[family] + " bytes: " + lengthBytes;
        }
        return null;
    }

    /** Tells whether it speaks of a connection like those that are served here. */
    private boolean hasAddresses() {
        return command == PROXY && transport == STREAM && (family == INET || family == INET6);
    }

    /** Returns who connected to the proxy, or null if that is not said. */
    InetSocketAddress source() {
        return hasAddresses() ? endpoint(0) : null;
    }

    /** Returns whom that was to reach, or null if that is not said. */
    InetSocketAddress destination() {
        return hasAddresses() ? endpoint(1) : null;
    }

    private InetSocketAddress endpoint(int index) {
        final int size = family == INET ? 4 : 16;
        final byte[] address = new byte[size];
        final ByteBuffer all = ByteBuffer.wrap(addresses);
        all.position(index * size).get(address);
        final int port = all.getShort(2 * size + index * Short.BYTES) & 0xFFFF;
        return new InetSocketAddress(ForwardedForNode.of(address), port);
    }
}
