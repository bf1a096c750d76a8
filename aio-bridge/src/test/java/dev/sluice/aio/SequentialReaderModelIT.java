// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.containers.Priority;
import dev.sluice.events.Event;
import dev.sluice.events.EventBatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: whatever the sizes, and however slowly pieces are used, a reader brings the bytes of its range once and in order, and
 * nothing is left of it, also if it is cancelled. Method: some readers at a time in an arena that is too small for them, steps
 * in random order, compared with a plain read. Replay: -Dseed=N.
 */
class SequentialReaderModelIT {
    private static final int FILES = 6;
    private static final int MOST_FILE_BYTES = 600_000;
    private static final int READERS = 5;
    private static final int RANGES = 150;
    private static final int PAGE_BYTES = 4096;
    private static final int MOST_PIECE_PAGES = 16;

    @TempDir
    Path directory;

    private SplittableRandom random;
    private AioFixture aio;
    private final List<AsyncFile> files = new ArrayList<>();
    private final List<byte[]> contents = new ArrayList<>();

    static LongStream seeds() {
        final Long replayed = Long.getLong("seed");
        return replayed != null ? LongStream.of(replayed) : LongStream.of(1L, 2L, System.nanoTime());
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void shouldReadAsAPlainReadDoes(long seed) throws IOException {
        System.out.println("SequentialReaderModelIT: -Dseed=" + seed);
        random = new SplittableRandom(seed);
        final AsyncIoOptions tight = AsyncIoOptions.defaults().withArenaBytes(3L * BufferArena.MAX_BLOCK_BYTES);
        try (RootDirectory root = RootDirectory.open(directory);
                AioFixture fixture = new AioFixture(tight)) {
            aio = fixture;
            makeFiles(root);
            final List<Use> uses = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                uses.add(new Use());
            }
            int begun = 0;
            while (begun < RANGES || uses.stream().anyMatch(use -> !use.isDone())) {
                final Use use = uses.get(random.nextInt(uses.size()));
                if (use.isDone()) {
                    use.check(seed);
                    if (begun < RANGES) {
                        begun++;
                        use.begin(random.nextInt(files.size()));
                    }
                } else {
                    use.step();
                }
                handOut(random.nextInt(3));
            }
            uses.forEach(use -> use.check(seed));
            for (final AsyncFile file : files) {
                file.discard();
            }
            aio.runUntil(() -> aio.events.counters().operationsUnderWay() == 0);
            aio.assertNothingLeft();
        }
    }

    private void makeFiles(RootDirectory root) throws IOException {
        for (int i = 0; i < FILES; i++) {
            final byte[] content = new byte[i == 0 ? 0 : 1 + random.nextInt(MOST_FILE_BYTES)];
            random.nextBytes(content);
            final Path path = Files.write(directory.resolve("file" + i), content);
            final AsyncFile file = aio.open(root, "file" + i, OpenOptions.READ);
            if (random.nextBoolean()) {
                AioFixture.makeCold(file, path);
            }
            files.add(file);
            contents.add(content);
        }
    }

    private void handOut(int max) {
        if (max > 0) {
            final EventBatch batch = aio.events.dequeueNextEvents(max, Priority.IDLE, 1_000_000L);
            for (Event event = batch.next(); event != null; event = batch.next()) {
                ((Use) event.attachment()).handle(event);
            }
        }
    }

    /** One reader, and what a server does with it. */
    private final class Use {
        private SequentialReader reader;
        private final ArrayDeque<IoBuffer> pieces = new ArrayDeque<>();
        private final ByteArrayOutputStream read = new ByteArrayOutputStream();
        private byte[] expected = new byte[0];
        private int maxBuffers;
        private long missing;
        private boolean cancelled;
        private int events;
        private int begunReads;

        void begin(int file) {
            if (reader == null || random.nextInt(4) == 0) {
                maxBuffers = 1 + random.nextInt(4);
                final int pages = 1 + random.nextInt(MOST_PIECE_PAGES);
                reader = new SequentialReader(aio.io, pages * PAGE_BYTES, maxBuffers);
            }
            final byte[] content = contents.get(file);
            final int position = random.nextInt(content.length + 1);
            final boolean toTheEnd = random.nextBoolean();
            final int length = random.nextInt(2 * (content.length - position) + 1);
            final int end = toTheEnd ? content.length : Math.min(content.length, position + length);
            expected = Arrays.copyOfRange(content, position, end);
            missing = toTheEnd ? 0L : length - expected.length;
            read.reset();
            cancelled = false;
            events = 0;
            begunReads = 0;
            reader.begin(files.get(file), position, toTheEnd ? SequentialReader.TO_END : length, aio.normal, this);
        }

        boolean isDone() {
            return reader == null || (reader.isAtEnd() && !reader.isReading() && pieces.isEmpty());
        }

        void step() {
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> readAhead();
                case 3 -> {
                    if (random.nextInt(10) == 0) {
                        reader.cancel();
                        cancelled = true;
                    }
                }
                default -> use();
            }
        }

        private void readAhead() {
            final boolean reading = reader.isReading();
            final boolean started = reader.readAhead();
            if (!reading && reader.isReading()) {
                begunReads++;
            }
            assertThat(started || !reader.isReading()).isTrue();
            assertThat(pieces.size() + (reader.isReading() ? 1 : 0)).isLessThanOrEqualTo(maxBuffers);
        }

        private void use() {
            final IoBuffer piece = pieces.poll();
            if (piece != null) {
                final boolean partly = pieces.isEmpty() && !reader.isReading() && random.nextInt(4) == 0;
                final int remaining = piece.bytes().remaining();
                final byte[] bytes = new byte[partly ? random.nextInt(remaining + 1) : remaining];
                piece.bytes().get(bytes);
                read.writeBytes(bytes);
                if (partly) {
                    reader.giveBackUnused(piece);
                } else {
                    reader.giveBack(piece);
                }
            }
        }

        void handle(Event event) {
            final IoBuffer piece = reader.take(event);
            if (piece != null || !reader.isReading()) {
                events++; // else it was that of a buffer, and the piece is being read
            }
            if (piece != null) {
                pieces.add(piece);
            }
            if (random.nextBoolean()) {
                readAhead();
            }
        }

        void check(long seed) {
            assertThat(events).as("events of the reads, seed %d", seed).isEqualTo(begunReads);
            final byte[] bytes = read.toByteArray();
            if (cancelled) {
                assertThat(bytes).as("seed %d", seed).isEqualTo(Arrays.copyOf(expected, bytes.length));
            } else {
                assertThat(bytes).as("seed %d", seed).isEqualTo(expected);
                assertThat(reader == null ? 0L : reader.missingBytes())
                        .as("seed %d", seed)
                        .isEqualTo(missing);
            }
        }
    }
}
