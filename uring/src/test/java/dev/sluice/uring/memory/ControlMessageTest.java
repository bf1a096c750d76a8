// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** Control data as unix(7) and cmsg(3) lay them out. */
class ControlMessageTest {

    private static final int SCM_CREDENTIALS = 2;

    private final ByteBuffer memory = ByteBuffer.allocateDirect(2048).order(ByteOrder.nativeOrder());
    private final int[] read = new int[ControlMessage.MAX_DESCRIPTORS];

    @Test
    void shouldReadWhatItWrites() {
        final int lengthBytes = ControlMessage.writeDescriptors(memory, 8, new int[] {7, 8, 9}, 3);

        assertThat(lengthBytes).isEqualTo(28).isEqualTo(ControlMessage.lengthBytes(3));
        assertThat(ControlMessage.readDescriptors(memory, 8, lengthBytes, read)).isEqualTo(3);
        assertThat(read).startsWith(7, 8, 9);
    }

    @Test
    void shouldFindDescriptorsBehindAnotherMessage() {
        memory.putLong(0, 28L).putInt(8, 1).putInt(12, SCM_CREDENTIALS);
        ControlMessage.writeDescriptors(memory, 32, new int[] {5}, 1);

        assertThat(ControlMessage.readDescriptors(memory, 0, 52L, read)).isEqualTo(1);
        assertThat(read[0]).isEqualTo(5);
        assertThat(ControlMessage.readDescriptors(memory, 0, 28L, read)).isZero();
    }

    @Test
    void shouldReadNothingBeyondItsEnd() {
        ControlMessage.writeDescriptors(memory, 0, new int[] {5}, 1);

        assertThat(ControlMessage.readDescriptors(memory, 0, 0L, read)).isZero();
        assertThat(ControlMessage.readDescriptors(memory, 0, 16L, read))
                .as("cut off")
                .isZero();
        memory.putLong(0, 0L);
        assertThat(ControlMessage.readDescriptors(memory, 0, 20L, read))
                .as("not written")
                .isZero();
    }
}
