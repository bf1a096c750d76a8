// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.cli;

import dev.sluice.aio.BufferArena;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads sizes of memory for buffers as people write them: {@code 4096}, {@code 512K}, {@code 64M}, {@code 1G}, of 1,024 each. */
class SizeConverter implements ITypeConverter<Long> {
    @Override
    public Long convert(String value) {
        if (value.matches("[0-9]{1,9}[KMGkmg]?")) {
            final int unit = "KMG".indexOf(Character.toUpperCase(value.charAt(value.length() - 1))) + 1;
            final long amount = Long.parseLong(unit == 0 ? value : value.substring(0, value.length() - 1));
            final long bytes = amount << (10 * unit);
            if (bytes >= BufferArena.MAX_BLOCK_BYTES || (bytes == 0L && mayBeNone())) {
                return bytes;
            }
        }
        throw new TypeConversionException(
                "a size is a number of bytes, or a number and K, M or G, such as 64M, and at least "
                        + (BufferArena.MAX_BLOCK_BYTES >> 10) + "K" + (mayBeNone() ? ", or 0" : "") + "; not \"" + value
                        + "\"");
    }

    boolean mayBeNone() {
        return false;
    }

    /** 0, too. */
    static final class OrNone extends SizeConverter {
        @Override
        boolean mayBeNone() {
            return true;
        }
    }
}
