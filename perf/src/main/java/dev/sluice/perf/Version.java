// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version that this was built as. */
final class Version implements IVersionProvider {

    static String current() {
        final Properties properties = new Properties();
        try (InputStream text = Version.class.getResourceAsStream("version.properties")) {
            properties.load(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }

    @Override
    public String[] getVersion() {
        return new String[] {current()};
    }
}
