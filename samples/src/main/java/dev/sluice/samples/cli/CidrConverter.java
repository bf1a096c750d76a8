// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.cli;

import dev.sluice.samples.net.Cidr;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a range of addresses, or a single one. */
final class CidrConverter implements ITypeConverter<Cidr> {
    @Override
    public Cidr convert(String value) {
        try {
            return Cidr.parse(value);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(
                    "an address, or a range such as 10.0.0.0/8, not \"" + value + "\": " + e.getMessage());
        }
    }
}
