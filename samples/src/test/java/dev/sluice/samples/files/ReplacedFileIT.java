// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AsyncIo;
import dev.sluice.aio.FileStatus;
import dev.sluice.aio.RootDirectory;
import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.Event;
import dev.sluice.events.EventQueue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: who has a content that is not the file's any more never gets 304, nor a part. Method: a real file is replaced or written over by
 * chance, at once after it was served, by one of the same size, of the same time or of an older one. Replay: -Dseed=N.
 */
class ReplacedFileIT {
    private static final int CHANGES = 600;
    private static final long LIMIT_NS = 20_000_000_000L;
    private static final FileTime OLD = FileTime.from(Instant.ofEpochSecond(784_111_777L, 5L));
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    @TempDir
    Path directory;

    private final EventQueue events = EventQueue.open();
    private final AsyncIo io = AsyncIo.on(events);
    private final ResourceContainer container = ResourceContainer.root("served");
    private final FileStatus status = new FileStatus();
    private RootDirectory root;

    static LongStream seeds() {
        return Seeds.of();
    }

    @BeforeEach
    void open() throws IOException {
        root = RootDirectory.open(directory);
    }

    @AfterEach
    void close() {
        events.close();
        root.close();
    }

    private static long nowNs() {
        final Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    /** As a server does before it sends the content. */
    private Validators serve() {
        assertThat(io.paths().statx(root, "file", true, status, container, (Object) "statx"))
                .isNotNegative();
        final Event event = events.dequeueNextEvents(1, Priority.IDLE, LIMIT_NS).next();
        assertThat(event).isNotNull();
        assertThat(event.result()).isZero();
        return Validators.of(FileVersion.of(status), Identity.CHANGE_TIME, ContentCoding.IDENTITY, nowNs());
    }

    private void change(char content, SplittableRandom random) throws IOException {
        final Path file = directory.resolve("file");
        final boolean inPlace = random.nextBoolean();
        final Path written = inPlace ? file : directory.resolve("new");
        Files.writeString(written, String.valueOf(content));
        switch (random.nextInt(3)) {
            case 0 -> Files.setLastModifiedTime(written, OLD);
            case 1 ->
                Files.setLastModifiedTime(written, FileTime.from(OLD.toInstant().minusSeconds(random.nextInt(3))));
            default -> {
                // as it was written: within the same second, and often the same tick
            }
        }
        if (!inPlace) {
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void shouldNeverTakeAnotherContentForTheOneThatTheClientHas(long seed) throws IOException {
        final SplittableRandom random = new SplittableRandom(seed);
        final Preconditions conditions = new Preconditions();
        change('a', random);
        for (int i = 0; i < CHANGES; i++) {
            final Validators had = serve();
            change((char) ('b' + i % 20), random);
            final Validators file = serve();

            conditions.set(asking(HttpHeader.IF_NONE_MATCH, had.tag().toString()));
            assertThat(conditions.evaluate(file, Instant.now().getEpochSecond()))
                    .as("%s, %d", had.tag(), i)
                    .isEqualTo(200);
            conditions.set(asking(HttpHeader.IF_RANGE, had.tag().toString()));
            assertThat(conditions.range(file, Instant.now().getEpochSecond()))
                    .as("%s, %d", had.tag(), i)
                    .isNull();
            if (had.saysDate()) {
                final String date = DATE.format(Instant.ofEpochSecond(had.modifiedSeconds()));
                conditions.set(asking(HttpHeader.IF_MODIFIED_SINCE, date));
                assertThat(conditions.evaluate(file, Instant.now().getEpochSecond()))
                        .as("%s, %d", date, i)
                        .isEqualTo(200);
                conditions.set(asking(HttpHeader.IF_RANGE, date));
                assertThat(conditions.range(file, Instant.now().getEpochSecond()))
                        .as("%s, %d", date, i)
                        .isNull();
            }
        }
    }

    @Test
    void shouldKnowTheFileAgainThatWasLeftAlone() throws IOException {
        Files.writeString(directory.resolve("file"), "content");
        serve();
        final FileVersion version = FileVersion.of(status);
        assertThat(version.isOf(status)).isTrue();
        final long laterNs = nowNs() + 2_000_000_000L;
        final Validators file = Validators.of(version, Identity.CHANGE_TIME, ContentCoding.IDENTITY, laterNs);
        assertThat(file.areSettled()).isTrue();
        final Preconditions conditions = new Preconditions();
        conditions.set(asking(HttpHeader.IF_NONE_MATCH, file.tag().toString()));
        assertThat(conditions.evaluate(file, laterNs / 1_000_000_000L)).isEqualTo(304);
        conditions.set(
                asking(HttpHeader.IF_MODIFIED_SINCE, DATE.format(Instant.ofEpochSecond(file.modifiedSeconds()))));
        assertThat(conditions.evaluate(file, laterNs / 1_000_000_000L)).isEqualTo(304);

        Files.setLastModifiedTime(directory.resolve("file"), OLD);
        serve();
        assertThat(version.isOf(status)).isFalse();
    }

    private static HttpFields asking(HttpHeader header, String value) {
        return HttpFields.build().add(HttpHeader.RANGE, "bytes=0-0").add(header, value);
    }
}
