// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What each test of files has: a directory, open as the root of their paths, and a queue with its bridge. */
abstract class FileTests {
    @TempDir
    Path directory;

    RootDirectory root;
    AioFixture aio;

    @BeforeEach
    final void openDirectoryAndQueue() throws Exception {
        root = RootDirectory.open(directory);
        aio = newFixture();
    }

    AioFixture newFixture() {
        return new AioFixture();
    }

    @AfterEach
    final void closeQueueAndDirectory() {
        aio.close();
        root.close();
    }
}
