// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.simulated;

import java.util.Arrays;

/** The contents of a simulated file, shared by all descriptors that have it open. */
final class SimulatedFile {
    private byte[] contents;

    SimulatedFile(byte[] contents) {
        this.contents = contents.clone();
    }

    int sizeBytes() {
        return contents.length;
    }

    byte[] read(long offset, int atMost) {
        if (offset >= contents.length) {
            return new byte[0];
        }
        return Arrays.copyOfRange(contents, (int) offset, (int) Math.min(contents.length, offset + atMost));
    }

    void write(long offset, byte[] bytes) {
        final int end = Math.toIntExact(offset + bytes.length);
        if (end > contents.length) {
            contents = Arrays.copyOf(contents, end);
        }
        System.arraycopy(bytes, 0, contents, (int) offset, bytes.length);
    }

    void truncate(int lengthBytes) {
        contents = Arrays.copyOf(contents, lengthBytes);
    }
}
