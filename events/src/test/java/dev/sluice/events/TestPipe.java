// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.memory.NativeMemory;

/** A pipe of the system, written and read a byte at a time. */
final class TestPipe implements AutoCloseable {
    final int readEnd;
    final int writeEnd;
    private final NativeMemory memory = NativeMemory.map(1L);
    private boolean writeEndOpen = true;

    TestPipe() {
        final int[] ends = Descriptors.pipe();
        readEnd = ends[0];
        writeEnd = ends[1];
    }

    void write() {
        assertThat(Descriptors.write(writeEnd, memory.address(), 1)).isEqualTo(1);
    }

    void read() {
        assertThat(Descriptors.read(readEnd, memory.address(), 1)).isEqualTo(1);
    }

    void closeWriteEnd() {
        if (writeEndOpen) {
            writeEndOpen = false;
            Descriptors.close(writeEnd);
        }
    }

    @Override
    public void close() {
        closeWriteEnd();
        Descriptors.close(readEnd);
        memory.close();
    }
}
