// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.samples.files.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that fetch a file, go on with one that was begun, fetch parts side by side, or only what they have not. */
class DownloadIT {
    private static final int SIZE_BYTES = 5_000_003;
    private static final int BEGUN_BYTES = 2_000_000;
    private static final String TARGET = "/file.bin";

    @TempDir
    Path folder;

    private Path work;
    private Path www;
    private byte[] content;
    private TappedServer server;

    @BeforeEach
    void start() throws IOException {
        work = folder.resolve("work");
        www = Files.createDirectory(folder.resolve("www"));
        content = TestFiles.writeRandom(www, "file.bin", SIZE_BYTES);
        server = TappedServer.of(www);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private Path begun() throws IOException {
        return Files.write(work.resolve("file.bin"), Arrays.copyOf(content, BEGUN_BYTES));
    }

    private void assertGoneOn() {
        assertThat(work.resolve("file.bin")).hasBinaryContent(content);
        assertThat(server.exchanges()).singleElement().satisfies(exchange -> {
            assertThat(exchange.field("Range")).isEqualTo("bytes=" + BEGUN_BYTES + "-");
            assertThat(exchange.status()).isEqualTo(206);
        });
    }

    @Test
    void shouldLetCurlGoOn() throws Exception {
        final Tool curl = Tool.needed("curl", work);
        begun();
        curl.run("-sSf", "-C", "-", "-O", server.url(TARGET));
        assertGoneOn();
    }

    /** By its tag, which is strong once the file's last change is older than the grain of the clock. */
    @Test
    void shouldTellCurlThatItHasTheFile() throws Exception {
        final Tool curl = Tool.needed("curl", work);
        final FileTime changed = (FileTime) Files.getAttribute(www.resolve("file.bin"), "unix:ctime");
        await().until(() -> changed.toInstant().plusMillis(100L).isBefore(Instant.now()));
        for (int i = 0; i < 2; i++) {
            curl.run("-sSf", "-O", "--etag-save", "tag", "--etag-compare", "tag", server.url(TARGET));
        }
        assertThat(work.resolve("file.bin")).hasBinaryContent(content);
        assertThat(server.exchanges()).extracting(Exchange::status).containsExactly(200, 304);
    }

    @Test
    void shouldLetWgetGoOn() throws Exception {
        final Tool wget = Tool.needed("wget", work);
        begun();
        wget.run("-c", server.url(TARGET));
        assertGoneOn();
        wget.run("-c", server.url(TARGET));
        assertThat(server.exchanges()).extracting(Exchange::status).containsExactly(206, 416);
        assertThat(work.resolve("file.bin")).hasBinaryContent(content);
    }

    /** At one time, on a connection for each. */
    @Test
    void shouldGiveAria2FourParts() throws Exception {
        final Tool aria2 = Tool.needed("aria2c", work);
        aria2.run("-x4", "-s4", "-k1M", "--no-conf", "--file-allocation=none", server.url(TARGET));
        assertThat(work.resolve("file.bin")).hasBinaryContent(content);
        final List<Exchange> parts = server.exchanges().stream()
                .filter(exchange -> exchange.status() == 206)
                .toList();
        assertThat(parts).extracting(exchange -> exchange.field("Range")).doesNotContainNull();
        assertThat(parts).as("%s", server.exchanges()).hasSizeGreaterThanOrEqualTo(3);
    }

    /** As many ranges in one request as zsync asks for: it goes no further where it is not given them. */
    @Test
    void shouldGiveZsyncWhatAnOlderFileHasNot() throws Exception {
        final Tool zsync = Tool.needed("zsync", work);
        Tool.needed("zsyncmake", www).run("-b", 2048, "-u", server.url(TARGET), "file.bin");
        final byte[] older = content.clone();
        for (int at = 50_000; at < SIZE_BYTES; at += 100_000) {
            Arrays.fill(older, at, at + 5_000, (byte) 0);
        }
        Files.write(work.resolve("older.bin"), older);

        zsync.run("-i", "older.bin", server.url("/file.bin.zsync"));

        assertThat(work.resolve("file.bin")).hasBinaryContent(content);
        assertThat(server.exchanges(TARGET))
                .allSatisfy(exchange -> assertThat(exchange.status()).isEqualTo(206))
                .anySatisfy(exchange -> assertThat(exchange.field("Range")).contains(","));
    }
}
