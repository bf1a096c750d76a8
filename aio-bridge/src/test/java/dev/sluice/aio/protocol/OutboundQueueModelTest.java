// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.AioFixture;
import dev.sluice.aio.AsyncFile;
import dev.sluice.aio.IoBuffer;
import dev.sluice.aio.RootDirectory;
import dev.sluice.aio.SharedBlock;
import dev.sluice.containers.Resource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: what the peer takes is a prefix of what was added, all of it unless something failed, and everything is let go of once. Method: random
 * kinds and sizes against their bytes one behind the other, a peer that stands still now and then, one of the sends failing in half of the
 * runs, little memory or little room for operations in some. Replay: -Dseed=N.
 */
class OutboundQueueModelTest {
    private static final int ROUNDS = 12;
    private static final int FILE_BYTES = 150_000;

    @TempDir
    Path directory;

    private Random random;
    private byte[] content;
    private int letGo;
    private int ranges;

    static LongStream seeds() {
        return ProtocolFixture.seeds();
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void shouldSendWhatWasAddedAndLetGoOfIt(long seed) throws IOException {
        random = new Random(seed);
        content = Files.readAllBytes(AioFixture.writeFile(directory.resolve("file"), FILE_BYTES));
        for (int i = 0; i < ROUNDS; i++) {
            try (ProtocolFixture fixture = fixture();
                    RootDirectory root = RootDirectory.open(directory)) {
                run(fixture, root);
            }
        }
    }

    private ProtocolFixture fixture() {
        return switch (random.nextInt(4)) {
            case 0 -> ProtocolFixture.withMostOperations(2);
            case 2 -> withMemoryAlwaysShort();
            case 1 -> ProtocolFixture.withArenaBytes(2L * 256L * 1024L);
            default -> new ProtocolFixture();
        };
    }

    /** So that nothing is taken before the peer takes something, and what it does not take is read again. */
    private static ProtocolFixture withMemoryAlwaysShort() {
        final ProtocolFixture fixture = new ProtocolFixture();
        fixture.aio.normal.setLimit(Resource.BUFFER_BYTES, 64L * 1024L);
        final IoBuffer[] more = new IoBuffer[8];
        for (int i = 0; i < more.length; i++) {
            more[i] = fixture.aio.io.arena().tryLease(4096, fixture.aio.normal);
        }
        fixture.beforeEnd = () -> Arrays.stream(more).forEach(IoBuffer::release);
        return fixture;
    }

    private void run(ProtocolFixture fixture, RootDirectory root) {
        final AsyncFile file = fixture.open(root, "file");
        final int failAt = random.nextBoolean() ? 1 + random.nextInt(20) : MemoryTransport.NEVER;
        final MemoryTransport peer = new MemoryTransport(fixture, failAt);
        peer.takesQuietly = random.nextBoolean();
        peer.takesAtOnce = random.nextBoolean() ? 1 + random.nextInt(20_000) : Integer.MAX_VALUE;
        final TestConnection connection = new TestConnection(fixture.link(peer), (c, line) -> {}).begin();
        final OutboundQueue out = connection.out();
        out.setMarks(random.nextInt(5_000), 5_000L + random.nextInt(100_000));
        final ByteArrayOutputStream expected = new ByteArrayOutputStream();
        letGo = 0;
        ranges = 0;
        for (int i = random.nextInt(120); i > 0; i--) {
            add(fixture, out, file, expected);
            checkMarks(out, connection);
            if (random.nextInt(10) == 0) {
                peer.standStill();
            } else if (random.nextInt(5) == 0) {
                peer.takeOn();
            }
            if (random.nextInt(3) == 0) {
                fixture.runTurn();
            }
        }
        peer.takeOn();
        fixture.runUntil(() -> (out.isEmpty() && !peer.isSending()) || connection.hasEnded());
        check(peer, failAt, expected.toByteArray());
        assertThat(letGo).isEqualTo(ranges);

        connection.abort();
        fixture.runUntil(connection::hasEnded);
        file.discard();
        fixture.beforeEnd.run();
        fixture.assertNothingLeft();
    }

    private void add(ProtocolFixture fixture, OutboundQueue out, AsyncFile file, ByteArrayOutputStream expected) {
        final int position = random.nextInt(FILE_BYTES - 100);
        final int most = random.nextInt(8) == 0 ? FILE_BYTES - position : 100;
        final int length = random.nextInt(most);
        final byte[] bytes = Arrays.copyOfRange(content, position, position + length);
        final int kind = random.nextInt(4);
        if (kind == 0) {
            ranges++;
            out.send(file, position, length, () -> letGo++);
        } else if (kind == 1 || fixture.aio.io.arena().isShort(fixture.aio.normal) || length > 65_536) {
            out.send(bytes.clone());
        } else if (kind == 2) {
            out.send(fixture.block(bytes));
        } else {
            final SharedBlock shared = fixture.block(bytes).toShared();
            out.send(shared);
            shared.release();
        }
        expected.writeBytes(bytes);
    }

    private static void checkMarks(OutboundQueue out, TestConnection connection) {
        long rises = 0L;
        for (final String said : connection.log) {
            rises += said.equals("[congested]") ? 1L : said.equals("[relieved]") ? -1L : 0L;
            assertThat(rises).as("rises and falls by turns: %s", connection.log).isBetween(0L, 1L);
        }
        assertThat(out.isAboveHigh() || connection.isClosing()).isEqualTo(rises == 1L || connection.isClosing());
    }

    private static void check(MemoryTransport peer, int failAt, byte[] expected) {
        final byte[] taken = peer.taken.toByteArray();
        if (failAt == MemoryTransport.NEVER || peer.steps() < failAt) {
            assertThat(taken).isEqualTo(expected);
        } else {
            assertThat(taken).isEqualTo(Arrays.copyOf(expected, taken.length));
        }
    }
}
