// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where tests find the servers. */
public final class TestServers {
    /** Built by the samples module; -Dsluice.jar=PATH names another. */
    public static final Path SLUICE_JAR = Path.of(System.getProperty("sluice.jar", "../samples/target/sluice.jar"));

    /** The JVM that runs the tests. */
    public static final List<String> JAVA =
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString());

    private TestServers() {}

    /** Skips the test where the samples have not been packaged. */
    public static void assumeSluice() {
        assumeTrue(Files.exists(SLUICE_JAR), () -> SLUICE_JAR + " is not built: mvn package, or -Dsluice.jar=PATH");
    }
}
