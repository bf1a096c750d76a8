// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.files;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.sys.LibC;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A seccomp filter on the calling thread, and on the threads that it starts, for as long as they live: what a container engine or a
 * service manager lays on a whole process.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/seccomp.2.html">seccomp(2)</a>
 */
final class SeccompFilter {
    private static final long SYS_PRCTL = 157L;
    private static final long SYS_SECCOMP = 317L;
    private static final long PR_SET_NO_NEW_PRIVS = 38L;
    private static final long SET_MODE_FILTER = 1L;
    private static final long NEW_LISTENER = 8L;

    private static final short LOAD_NUMBER = 0x20;
    private static final short JUMP_IF_EQUAL = 0x15;
    private static final short RETURN = 0x06;
    private static final int ALLOW = 0x7fff_0000;
    private static final int ERRNO = 0x0005_0000;
    private static final int USER_NOTIF = 0x7fc0_0000;

    private static final int INSTRUCTION_BYTES = 8;
    private static final int PROGRAM_BYTES = 16;

    private SeccompFilter() {}

    /** The kernel's numbers in the tests are those of one machine. */
    static boolean isKnownMachine() {
        return "amd64".equals(System.getProperty("os.arch"));
    }

    /** From now on each of these calls fails on this thread. */
    static void refuse(int errno, int... numbers) {
        install(program(numbers, ERRNO | errno, ALLOW), 0L);
    }

    /** From now on each call but these waits on this thread for whoever listens at the descriptor that is returned. */
    static int report(int... numbers) {
        return (int) install(program(numbers, ALLOW, USER_NOTIF), NEW_LISTENER);
    }

    private static List<long[]> program(int[] numbers, int forThese, int forOthers) {
        final List<long[]> program = new ArrayList<>();
        program.add(new long[] {LOAD_NUMBER, 0, 0, 0});
        for (int i = 0; i < numbers.length; i++) {
            program.add(new long[] {JUMP_IF_EQUAL, numbers.length - i, 0, numbers[i]});
        }
        program.add(new long[] {RETURN, 0, 0, forOthers});
        program.add(new long[] {RETURN, 0, 0, forThese});
        return program;
    }

    private static long install(List<long[]> program, long flags) {
        try (Memory code = new Memory((long) program.size() * INSTRUCTION_BYTES);
                Memory header = new Memory(PROGRAM_BYTES)) {
            final var bytes = code.getByteBuffer(0L, code.size()).order(ByteOrder.nativeOrder());
            for (final long[] instruction : program) {
                bytes.putShort((short) instruction[0])
                        .put((byte) instruction[1])
                        .put((byte) instruction[2]);
                bytes.putInt((int) instruction[3]);
            }
            header.setShort(0L, (short) program.size());
            header.setPointer(Long.BYTES, code);
            call("prctl", SYS_PRCTL, PR_SET_NO_NEW_PRIVS, 1L, 0L);
            return call("seccomp", SYS_SECCOMP, SET_MODE_FILTER, flags, Pointer.nativeValue(header));
        }
    }

    private static long call(String name, long number, long first, long second, long third) {
        final long result = LibC.syscall(number, first, second, third, 0L, 0L, 0L);
        if (result == -1L) {
            throw new AssertionError(Errno.describe(name, "this thread", LibC.errno()));
        }
        return result;
    }
}
