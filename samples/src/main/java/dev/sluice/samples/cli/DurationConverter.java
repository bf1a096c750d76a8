// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.cli;

import dev.sluice.samples.files.ServerOptions;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads times as people write them: {@code 500ms}, {@code 10s}, {@code 2m}; above zero and no longer than a server takes. */
final class DurationConverter implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String value) {
        int digits = 0;
        while (digits < value.length() && value.charAt(digits) >= '0' && value.charAt(digits) <= '9') {
            digits++;
        }
        if (digits == 0 || digits > 9) {
            throw notATime(value);
        }
        final long amount = Long.parseLong(value.substring(0, digits));
        final Duration time = switch (value.substring(digits)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> throw notATime(value);
        };
        if (time.isZero() || time.compareTo(ServerOptions.MAX_TIMEOUT) > 0) {
            throw notATime(value);
        }
        return time;
    }

    private static TypeConversionException notATime(String value) {
        return new TypeConversionException("a time is a number and ms, s or m, above 0 and at most "
                + ServerOptions.MAX_TIMEOUT.toMinutes() + "m, such as 10s; not \"" + value + "\"");
    }
}
