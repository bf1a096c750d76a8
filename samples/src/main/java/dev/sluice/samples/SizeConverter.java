package dev.sluice.samples;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads sizes of memory as people write them: {@code 4096}, {@code 512K}, {@code 64M}, {@code 1G}, of 1,024 each. */
final class SizeConverter implements ITypeConverter<Long> {
    @Override
    public Long convert(String value) {
        if (!value.matches("[0-9]{1,9}[KMGkmg]?")) {
            throw new TypeConversionException(
                    "a size is a number of bytes, or a number and K, M or G, such as 64M; not \"" + value + "\"");
        }
        final int unit = "KMG".indexOf(Character.toUpperCase(value.charAt(value.length() - 1))) + 1;
        final long amount = Long.parseLong(unit == 0 ? value : value.substring(0, value.length() - 1));
        return amount << (10 * unit);
    }
}
