// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.FileStatus;
import dev.sluice.aio.RootDirectory;
import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.events.EventQueue;
import dev.sluice.samples.http.wire.ResponseHeader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of files, of which some were said before. */
class FileFieldsIT {
    private static final long SECONDS = 784_111_777L;
    private static final long A_DAY_MS = 86_400_000L;

    @TempDir
    Path directory;

    private final EventQueue events = EventQueue.open();
    private final AsyncIo io = AsyncIo.on(events);
    private final ResourceContainer container = ResourceContainer.root("test");
    private final FileFields fields = new FileFields(new ResponseHeader(), FileOptions.defaults());
    private final long nowMs = System.currentTimeMillis() + A_DAY_MS; // all that was written is old
    private RootDirectory root;

    @BeforeEach
    void open() throws IOException {
        root = RootDirectory.open(directory);
    }

    @AfterEach
    void close() {
        events.close();
        root.close();
    }

    private FileStatus statusOf(String name) {
        final FileStatus status = new FileStatus();
        io.paths().statx(root, name, true, status, container, "statx");
        Event event;
        do {
            event = events.dequeueNextEvents(1, Priority.IDLE, -1L).next();
        } while (event == null);
        assertThat(event.result()).isZero();
        return status;
    }

    private FileStatus write(String name, int lengthBytes) throws IOException {
        TestFiles.setModified(TestFiles.write(directory, name, "x".repeat(lengthBytes)), SECONDS);
        return statusOf(name);
    }

    @Test
    void shouldTellTagDateTypeAndLength() throws IOException {
        final FileFields.Described said = fields.of("a/page.html", ContentCoding.IDENTITY, write("file", 12), nowMs);
        assertThat(text(said.ofWhole)).matches("""
                        ETag: "c-[^"]+"\r
                        Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r
                        Content-Type: text/html;charset=utf-8\r
                        Accept-Ranges: bytes\r
                        Content-Length: 12\r
                        """);
        assertThat(text(said.ofWhole)).startsWith(text(said.ofVersion));
        assertThat(text(said.ofVersion)).matches("ETag: [^\r]+\r\nLast-Modified: [^\r]+\r\n");
    }

    @Test
    void shouldEncodeOnceWhatDoesNotChange() throws IOException {
        final FileStatus status = write("file", 1);
        assertThat(fields.of("a.txt", ContentCoding.IDENTITY, status, nowMs))
                .isSameAs(fields.of("a.txt", ContentCoding.IDENTITY, status, nowMs));
    }

    @Test
    void shouldRememberNothingOfWhatWasChangedJustNow() throws IOException {
        final FileStatus status = write("file", 1);
        final long changedMs = status.changedSeconds() * 1000L + status.changedNanos() / 1_000_000L;
        assertThat(text(fields.of("a.txt", ContentCoding.IDENTITY, status, changedMs).ofVersion))
                .startsWith("ETag: W/\"");
        assertThat(text(fields.of("a.txt", ContentCoding.IDENTITY, status, nowMs).ofVersion))
                .startsWith("ETag: \"");
    }

    @Test
    void shouldSayAsAFreshOneDoesWhateverWasAskedBefore() throws IOException {
        final long seed = Long.getLong("seed", System.nanoTime());
        final Random random = new Random(seed);
        final List<FileStatus> statuses = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            statuses.add(write("file" + i, i / 2));
        }
        for (int i = 0; i < 20_000; i++) {
            // More paths than are remembered, and among them some of the same hash: "Aa" and "BB".
            final String path = (random.nextBoolean() ? "Aa" : "BB") + random.nextInt(2_000) + ".txt";
            final FileStatus status = statuses.get(random.nextInt(statuses.size()));
            assertThat(fields.of(path, ContentCoding.IDENTITY, status, nowMs).ofWhole)
                    .as("seed %d, step %d", seed, i)
                    .isEqualTo(new FileFields(new ResponseHeader(), FileOptions.defaults())
                            .of(path, ContentCoding.IDENTITY, status, nowMs)
                            .ofWhole);
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, US_ASCII);
    }
}
