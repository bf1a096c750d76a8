// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.samples.files.TestFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An index of Python packages: PEP 503, as directories with their pages. */
class PipIT {
    private static final int LARGE_BYTES = 300_000;

    @TempDir
    Path folder;

    /** A wheel: what it says of itself is behind its content, at the end of the archive. */
    private static void makeWheel(Path www, String name, String requires) throws IOException {
        final String wheel = name + "-1.0-py3-none-any.whl";
        final String info = name + "-1.0.dist-info/";
        final Path file = Files.createDirectories(www.resolve("files")).resolve(wheel);
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            put(zip, name + "/data", TestFiles.random(LARGE_BYTES));
            put(zip, info + "METADATA", "Metadata-Version: 2.1\nName: " + name + "\nVersion: 1.0\n" + requires);
            put(zip, info + "WHEEL", "Wheel-Version: 1.0\nGenerator: g\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
            put(zip, info + "RECORD", "");
        }
        TestFiles.write(
                www,
                "simple/" + name + "/index.html",
                "<!DOCTYPE html><title>Links</title><a href=\"/files/" + wheel + "\">" + wheel + "</a>");
    }

    private static void put(ZipOutputStream zip, String name, String text) throws IOException {
        put(zip, name, text.getBytes(UTF_8));
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
    }

    private Path www() throws IOException {
        final Path www = folder.resolve("www");
        makeWheel(www, "first", "Requires-Dist: second>=1\n");
        makeWheel(www, "second", "");
        return www;
    }

    private static void assertHasBoth(Path work, Path www) {
        for (final String wheel : new String[] {"first-1.0-py3-none-any.whl", "second-1.0-py3-none-any.whl"}) {
            assertThat(work.resolve("got").resolve(wheel))
                    .hasSameBinaryContentAs(www.resolve("files").resolve(wheel));
        }
    }

    @Test
    void shouldGiveAPackageAndWhatItRequires() throws Exception {
        final Path work = folder.resolve("work");
        final Tool pip = Tool.needed("pip3", work).with("PIP_DISABLE_PIP_VERSION_CHECK", "1");
        final Path www = www();
        try (TappedServer server = TappedServer.of(www)) {
            pip.run("download", "--no-input", "--index-url", server.url("/simple/"), "--dest", "got", "first");
            assertHasBoth(work, www);
        }
    }

    /** What the package requires is read from the end of the archive. */
    @Test
    void shouldGivePartsOfAnArchive() throws Exception {
        final Path work = folder.resolve("work");
        final Tool pip = Tool.needed("pip3", work).with("PIP_DISABLE_PIP_VERSION_CHECK", "1");
        final Path www = www();
        try (TappedServer server = TappedServer.of(www)) {
            pip.run(
                    "download",
                    "--no-input",
                    "--use-feature=fast-deps",
                    "--index-url",
                    server.url("/simple/"),
                    "--dest",
                    "got",
                    "first");
            assertHasBoth(work, www);
            assertThat(server.exchanges("/files/first-1.0-py3-none-any.whl"))
                    .extracting(Exchange::status)
                    .contains(200, 206);
        }
    }
}
