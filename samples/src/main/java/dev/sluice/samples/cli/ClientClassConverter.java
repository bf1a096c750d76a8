// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.cli;

import dev.sluice.samples.net.ClientClass;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code NAME=CIDR[,CIDR...]:PRIORITY[,connections=N]}. */
final class ClientClassConverter implements ITypeConverter<ClientClass> {
    @Override
    public ClientClass convert(String value) {
        try {
            return ClientClass.parse(value);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
