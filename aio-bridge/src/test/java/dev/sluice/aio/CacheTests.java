// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What each test of the cache of open files has: a directory with files, and a cache of it. */
abstract class CacheTests {
    @TempDir
    Path outside;

    Path directory;
    CacheFixture served;

    @BeforeEach
    final void open() throws IOException {
        served = CacheFixture.withFiles(outside);
        directory = served.directory;
    }

    @AfterEach
    final void close() {
        served.close();
    }
}
