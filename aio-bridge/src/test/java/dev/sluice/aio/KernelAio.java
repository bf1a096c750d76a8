// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.memory.NativeMemory;
import dev.sluice.uring.sys.LibC;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Writes to the beginning of a file by io_submit(2), which inotify does not report. */
final class KernelAio implements AutoCloseable {
    private static final boolean X86 = System.getProperty("os.arch").equals("amd64");
    private static final long SYS_IO_SETUP = X86 ? 206L : 0L;
    private static final long SYS_IO_DESTROY = X86 ? 207L : 1L;
    private static final long SYS_IO_SUBMIT = X86 ? 209L : 2L;
    private static final long SYS_IO_GETEVENTS = X86 ? 208L : 4L;

    private static final short IOCB_CMD_PWRITE = 1;
    private static final int OPCODE = 16;
    private static final int FD = 20;
    private static final int ADDRESS = 24;
    private static final int LENGTH = 32;
    private static final int POINTER = 64;
    private static final int EVENT = 128;
    private static final int BYTES = 256;

    private final NativeMemory memory = NativeMemory.map(BYTES);
    private final ByteBuffer view = memory.buffer(0L, BYTES).order(java.nio.ByteOrder.nativeOrder());
    private final int fd;
    private final long context;

    KernelAio(Path file) throws IOException {
        fd = Descriptors.open(file, OpenFlags.O_WRONLY);
        view.putLong(POINTER, 0L);
        assertThat(call(SYS_IO_SETUP, 1L, memory.address() + POINTER, 0L, 0L)).isZero();
        context = view.getLong(POINTER);
    }

    static boolean isThere() {
        return call(SYS_IO_DESTROY, 0L, 0L, 0L, 0L) == -dev.sluice.uring.linux.Errno.EINVAL;
    }

    private static long call(long number, long first, long second, long third, long fourth) {
        final long result = LibC.syscall(number, first, second, third, fourth, 0L, 0L);
        return result == -1L ? -LibC.errno() : result;
    }

    void write(long address, int lengthBytes) {
        view.putShort(OPCODE, IOCB_CMD_PWRITE)
                .putInt(FD, fd)
                .putLong(ADDRESS, address)
                .putLong(LENGTH, lengthBytes);
        view.putLong(POINTER, memory.address());
        assertThat(call(SYS_IO_SUBMIT, context, 1L, memory.address() + POINTER, 0L))
                .isEqualTo(1L);
        assertThat(call(SYS_IO_GETEVENTS, context, 1L, 1L, memory.address() + EVENT))
                .isEqualTo(1L);
        assertThat(view.getLong(EVENT + 16)).isEqualTo(lengthBytes);
    }

    @Override
    public void close() {
        call(SYS_IO_DESTROY, context, 0L, 0L, 0L);
        Descriptors.close(fd);
        memory.close();
    }
}
