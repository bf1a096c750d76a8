// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.net;

import java.util.zip.CRC32C;

/**
 * Walks over the type-length-value fields of a header of version 2, byte by byte. They are skipped, but for the checksum, which is
 * compared: it is that of the whole header with zeros in its own place.
 *
 * <pre>
 *   | type u8 | length u16 | value, length bytes |
 * </pre>
 */
final class ProxyHeaderTlvs {
    private static final int TYPE_CRC32C = 0x03;
    private static final int PREFIX_BYTES = 3;

    private final CRC32C computed = new CRC32C();

    private int prefixBytes;
    private int type;
    private int valueBytes;
    private boolean hasChecksum;
    private int checksum;

    /** Counts what comes before the fields. */
    void count(byte b) {
        computed.update(b);
    }

    /**
     * Takes the next byte.
     *
     * @param leftBytes of the header, behind this byte
     * @return what is wrong, or null
     */
    String take(byte b, int leftBytes) {
        if (prefixBytes < PREFIX_BYTES) {
            computed.update(b);
            return prefix(b & 0xFF, leftBytes);
        }
        valueBytes--;
        if (type == TYPE_CRC32C) {
            checksum = (checksum << Byte.SIZE) | (b & 0xFF);
            computed.update(0);
        } else {
            computed.update(b);
        }
        return fieldOver(leftBytes);
    }

    private String prefix(int b, int leftBytes) {
        switch (prefixBytes++) {
            case 0 -> type = b;
            case 1 -> valueBytes = b << Byte.SIZE;
            default -> {
                valueBytes |= b;
                if (valueBytes > leftBytes) {
                    return "a field of type " + type + " says that it has " + valueBytes + " bytes of the " + leftBytes
                            + " that are left";
                }
                if (type == TYPE_CRC32C && (hasChecksum || valueBytes != Integer.BYTES)) {
                    return "the checksum must be there once, with 4 bytes: " + valueBytes;
                }
                hasChecksum |= type == TYPE_CRC32C;
                return fieldOver(leftBytes);
            }
        }
        return leftBytes == 0 ? "it ends within a field" : null;
    }

    private String fieldOver(int leftBytes) {
        if (valueBytes == 0) {
            prefixBytes = 0;
        }
        if (leftBytes == 0 && hasChecksum && checksum != (int) computed.getValue()) {
            return String.format("its checksum is %08x, and should be %08x", checksum, (int) computed.getValue());
        }
        return null;
    }
}
