// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.emulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.sys.IovecLayout;
import dev.sluice.uring.sys.SystemCalls;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pipes that wait, on a host without RWF_NOWAIT: what is ready must not make the ring's owner wait. */
class NonBlockingCallsIT {
    private static final int PAGE = 4_096;
    private static final int BYTES = 1 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final int[] pipe = Descriptors.pipe();
    private final Memory memory = new Memory(BYTES);
    private final Memory vectors = new Memory(2L * IovecLayout.SIZE);

    @AfterEach
    void close() {
        Descriptors.close(pipe[0]);
        Descriptors.close(pipe[1]);
        memory.close();
        vectors.close();
    }

    private EmulatedRequest plain(int opcode, int fd, long offset) {
        final EmulatedRequest request = new EmulatedRequest(null, 0); // no worker
        request.begin(1L);
        request.opcode = opcode;
        request.fd = fd;
        request.offset = offset;
        request.plain = true;
        return request;
    }

    private EmulatedRequest write(long offset) {
        final EmulatedRequest request = plain(Opcode.WRITE, pipe[1], offset);
        request.address = Pointer.nativeValue(memory);
        request.totalBytes = BYTES;
        return request;
    }

    private static int transfer(EmulatedRequest request) {
        return assertTimeoutPreemptively(LIMIT, () -> NonBlockingCalls.transfer(request));
    }

    @Test
    void shouldWriteNoMoreThanAReadyPipeTakes() {
        assertThat(transfer(write(-1L))).isEqualTo(PAGE);
    }

    @Test
    void shouldWriteNoMoreOfSeveralBuffersThanAReadyPipeTakes() {
        for (int i = 0; i < 2; i++) {
            vectors.setLong((long) i * IovecLayout.SIZE + IovecLayout.BASE, Pointer.nativeValue(memory));
            vectors.setLong((long) i * IovecLayout.SIZE + IovecLayout.LENGTH, PAGE - 1L);
        }
        final EmulatedRequest request = plain(Opcode.WRITEV, pipe[1], -1L);
        request.address = Pointer.nativeValue(vectors);
        request.length = 2;
        request.totalBytes = 2L * (PAGE - 1L);

        assertThat(transfer(request)).isEqualTo(PAGE);
    }

    @Test
    void shouldIgnoreAnOffsetWhereThereAreNone() {
        assertThat(transfer(write(8L))).isEqualTo(PAGE);
        assertThat(SystemCalls.write(pipe[1], Pointer.nativeValue(memory), 1L)).isEqualTo(1);
        final EmulatedRequest read = plain(Opcode.READ, pipe[0], 0L);
        read.address = Pointer.nativeValue(memory);
        read.totalBytes = BYTES;

        assertThat(transfer(read)).isEqualTo(PAGE + 1);
    }
}
