// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.SplittableRandom;

/** Files to serve. */
public final class TestFiles {
    private TestFiles() {}

    /** Writes text, and the directories on the way to it. */
    public static Path write(Path directory, String name, String content) throws IOException {
        final Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    /** Writes bytes that no two places of the file share by chance. */
    public static byte[] writeRandom(Path directory, String name, int lengthBytes) throws IOException {
        final byte[] content = random(lengthBytes);
        Files.write(directory.resolve(name), content);
        return content;
    }

    /** Makes them. */
    public static byte[] random(int lengthBytes) {
        final byte[] content = new byte[lengthBytes];
        new SplittableRandom(lengthBytes).nextBytes(content);
        return content;
    }

    static void setModified(Path file, long epochSeconds) throws IOException {
        Files.setLastModifiedTime(file, FileTime.fromMillis(epochSeconds * 1000L));
    }
}
