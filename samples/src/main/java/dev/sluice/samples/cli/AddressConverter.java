// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads an IP address, or a name that the host knows one of. */
final class AddressConverter implements ITypeConverter<InetAddress> {
    @Override
    public InetAddress convert(String value) {
        try {
            if (!value.isBlank()) { // which would stand for this machine
                return InetAddress.getByName(value);
            }
        } catch (UnknownHostException e) {
            throw notAnAddress(value, e);
        }
        throw notAnAddress(value, null);
    }

    private static TypeConversionException notAnAddress(String value, UnknownHostException cause) {
        final TypeConversionException notAnAddress = new TypeConversionException(
                "an address, such as 127.0.0.1, or 0.0.0.0 for all that this machine has; not \"" + value + "\"");
        notAnAddress.initCause(cause);
        return notAnAddress;
    }
}
