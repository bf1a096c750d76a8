// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NativeMemoryIT {

    @Test
    void shouldBeZeroedAlignedAndInNativeOrder() {
        try (NativeMemory memory = NativeMemory.map(10_000)) {
            final ByteBuffer view = memory.buffer(8, 9_992);

            assertThat(memory.address() % 4096).isZero();
            assertThat(memory.lengthBytes()).isEqualTo(10_000L);
            assertThat(view.isDirect()).isTrue();
            assertThat(view.order()).isEqualTo(ByteOrder.nativeOrder());
            assertThat(view.capacity()).isEqualTo(9_992);
            for (int i = 0; i < view.capacity(); i++) {
                assertThat(view.get(i)).isZero();
            }
        }
    }

    @Test
    void shouldShowTheSameBytesThroughEveryView() {
        try (NativeMemory memory = NativeMemory.map(4096)) {
            memory.buffer(0, 4096).putLong(128, 0x1122334455667788L);

            assertThat(memory.buffer(128, 8).getLong(0)).isEqualTo(0x1122334455667788L);
            assertThat(NativeMemory.addressOf(memory.buffer(128, 8))).isEqualTo(memory.address() + 128);
        }
    }

    @Test
    void shouldReserveMoreThanItTouches() {
        try (NativeMemory memory = NativeMemory.map(1L << 40)) {
            memory.buffer((1L << 40) - 4096, 4096).put(0, (byte) 1);

            assertThat(memory.lengthBytes()).isEqualTo(1L << 40);
        }
    }

    @ParameterizedTest
    @CsvSource({"-1, 1", "0, -1", "4090, 7", "4097, 0"})
    void shouldRefuseViewsBeyondTheMemory(long offset, int lengthBytes) {
        try (NativeMemory memory = NativeMemory.map(4096)) {
            assertThatThrownBy(() -> memory.buffer(offset, lengthBytes)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void shouldKeepAPieceWhileAViewOfItIsReachable() throws Exception {
        ByteBuffer piece = NativeMemory.piece();
        final long address = NativeMemory.addressOf(piece);
        assertThat(piece.capacity()).isEqualTo(NativeMemory.PIECE_BYTES);
        assertThat(address % NativeMemory.PIECE_BYTES).isZero();
        assertThat(piece.get(NativeMemory.PIECE_BYTES - 1)).isZero();
        ByteBuffer view = piece.slice(4096, 4096);
        piece = null;
        for (int i = 0; i < 3; i++) {
            System.gc();
            assertThat(view.put(0, (byte) i).get(0)).isEqualTo((byte) i);
            assertThat(isMapped(address)).isTrue();
        }

        view = null;
        final long startNs = System.nanoTime();
        while (isMapped(address)) {
            assertThat(System.nanoTime() - startNs)
                    .as("ns that it stays mapped")
                    .isLessThan(10_000_000_000L);
            System.gc();
        }
    }

    private static boolean isMapped(long address) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream()
                .map(line -> line.split("[- ]", 3))
                .anyMatch(range -> Long.parseUnsignedLong(range[0], 16) <= address
                        && address < Long.parseUnsignedLong(range[1], 16));
    }

    @Test
    void shouldRefuseUseAfterClose() {
        final NativeMemory memory = NativeMemory.map(4096);
        memory.close();
        memory.close();

        assertThatThrownBy(() -> memory.buffer(0, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("native memory of 4096 bytes is closed");
        assertThatThrownBy(memory::address).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void shouldRefuseLengthsThatAreNotPositive(long lengthBytes) {
        assertThatThrownBy(() -> NativeMemory.map(lengthBytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("lengthBytes must be above 0: " + lengthBytes);
    }

    @Test
    void shouldSayThatTheKernelRefuses() {
        assertThatThrownBy(() -> NativeMemory.map(Long.MAX_VALUE))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageEndingWith("mmap(lengthBytes=9223372036854775807) failed: ENOMEM (12)");
    }

    @Test
    void shouldTellTheAddressOfDirectBuffersOnly() {
        final ByteBuffer aligned = ByteBuffer.allocateDirect(8192).alignedSlice(4096);

        assertThat(NativeMemory.addressOf(aligned) % 4096).isZero();
        assertThatThrownBy(() -> NativeMemory.addressOf(ByteBuffer.allocate(8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the buffer must be direct");
    }
}
