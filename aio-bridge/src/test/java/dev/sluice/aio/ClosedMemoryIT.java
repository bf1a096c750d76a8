// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aio.socket.ReceiveBlocks;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.memory.NativeMemory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a closed queue's buffers take of the machine's memory: nothing, while who still has a view may look at it. */
class ClosedMemoryIT {
    private static final int BLOCKS = 64;

    private AioFixture aio = new AioFixture();

    private static long residentBytes(ByteBuffer view) throws Exception {
        final long address = NativeMemory.addressOf(view);
        boolean found = false;
        for (final String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                final String[] range = line.substring(0, line.indexOf(' ')).split("-", 2);
                found = Long.parseLong(range[0], 16) <= address && address < Long.parseLong(range[1], 16);
            } else if (found && line.startsWith("Rss:")) {
                return 1_024L * Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new AssertionError("not mapped: " + Long.toHexString(address));
    }

    @Test
    void shouldGiveThePagesOfTheArenaBackAndStayMapped() throws Exception {
        final List<ByteBuffer> views = new ArrayList<>();
        for (int i = 0; i < BLOCKS; i++) {
            views.add(aio.io.arena().tryLease(BufferArena.MAX_BLOCK_BYTES).bytes());
            for (int at = 0; at < BufferArena.MAX_BLOCK_BYTES; at += 4_096) {
                views.get(i).put(at, (byte) 1);
            }
        }
        assertThat(residentBytes(views.get(0))).isGreaterThanOrEqualTo(BufferArena.MAX_BLOCK_BYTES);
        aio.close();

        for (final ByteBuffer view : views) {
            assertThat(residentBytes(view)).isZero();
        }
        assertThat(views).allSatisfy(view -> assertThat(view.get(4_096)).isZero());
        views.get(0).put(0, (byte) 2);
        assertThat(views.get(0).get(0)).isEqualTo((byte) 2);
    }

    @Test
    void shouldGiveThePagesOfReceiveBuffersBack() throws Exception {
        for (final boolean kernelPicks :
                new boolean[] {ReceiveBlocks.kernelCanPick(aio.io.port().features()), false}) {
            final int[] pair = Descriptors.socketPair();
            final AsyncSocket socket = aio.adopt(pair[0], "socket");
            socket.receiveInto(aio.io.newReceiveBuffers(8, 1 << 20, kernelPicks));
            try (NativeMemory memory = NativeMemory.map(1L)) {
                Descriptors.write(pair[1], memory.address(), 1);
                aio.runUntil(() -> !aio.seen.isEmpty());
            }
            final ByteBuffer view = ((IoBuffer) aio.seen.get(0).message()).bytes();
            final long before = residentBytes(view);
            aio.close();
            Descriptors.close(pair[1]);
            assertThat(before - residentBytes(view)).isGreaterThanOrEqualTo(8L << 20);
            aio = new AioFixture();
        }
        aio.close();
    }
}
