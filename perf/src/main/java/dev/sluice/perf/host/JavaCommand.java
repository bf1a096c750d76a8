// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.host;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A JVM that servers are started with. */
public final class JavaCommand {
    private JavaCommand() {}

    /**
     * Asks a JVM which JDK it is of.
     *
     * @param java the JVM and its options
     * @return such as 17
     * @throws IOException if it cannot be started, or tells no version
     */
    public static int feature(List<String> java) throws IOException {
        final List<String> command = new ArrayList<>(java);
        command.add("-version");
        final String printed = Commands.run(command.toArray(new String[0]));
        final String[] quoted = printed.split("\"", -1); // openjdk version "21.0.2" ...
        if (quoted.length < 2) {
            throw new IOException(String.join(" ", command) + " tells no version: " + printed);
        }
        return Runtime.Version.parse(quoted[1]).feature();
    }
}
