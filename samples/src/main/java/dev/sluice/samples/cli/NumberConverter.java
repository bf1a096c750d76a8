// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.cli;

import dev.sluice.samples.files.ServerOptions;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads whole numbers, and says which ones there may be. */
abstract class NumberConverter implements ITypeConverter<Integer> {
    private final int least;
    private final int most;

    private NumberConverter(int least, int most) {
        this.least = least;
        this.most = most;
    }

    @Override
    public Integer convert(String value) {
        if (value.matches("[0-9]{1,18}")) {
            final long number = Long.parseLong(value);
            if (number >= least && number <= most) {
                return (int) number;
            }
        }
        throw new TypeConversionException("a whole number of " + least + ".." + most + ", not \"" + value + "\"");
    }

    static final class Port extends NumberConverter {
        private static final int MAX_PORT = 65_535;

        Port() {
            super(0, MAX_PORT);
        }
    }

    static final class Connections extends NumberConverter {
        Connections() {
            super(0, Integer.MAX_VALUE);
        }
    }

    static final class CachedFiles extends NumberConverter {
        CachedFiles() {
            super(0, ServerOptions.MAX_OPEN_FILE_CACHE);
        }
    }

    static final class Rate extends NumberConverter {
        Rate() {
            super(1, Integer.MAX_VALUE);
        }
    }
}
