// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.contract;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.SocketFlags;
import dev.sluice.uring.sys.LibC;
import java.util.List;

/** libc calls only tests need. */
public final class TestLibC {

    static {
        Native.register(TestLibC.class, "c");
    }

    private TestLibC() {}

    private static native int getsockopt(int fd, int level, int option, long value, long length);

    private static native int posix_spawn(
            IntByReference pid, String path, Pointer fileActions, Pointer attributes, Pointer argv, Pointer envp);

    private static native int waitpid(int pid, IntByReference status, int options);

    /** A UDP socket of IPv4, close-on-exec. */
    public static int datagramSocket() {
        final int datagram = 2;
        return LibC.socket(LibC.AF_INET, datagram | SocketFlags.SOCK_CLOEXEC, 0);
    }

    public static int tcpNoDelay(int fd) {
        try (Memory memory = new Memory(16)) {
            memory.clear();
            memory.setInt(8, Integer.BYTES);
            final long address = Pointer.nativeValue(memory);
            if (getsockopt(fd, LibC.IPPROTO_TCP, LibC.TCP_NODELAY, address, address + 8) != 0) {
                throw new AssertionError("getsockopt " + Errno.failed(Native.getLastError()));
            }
            return memory.getInt(0);
        }
    }

    /** Starts a program as C does, without the JDK's own closing of descriptors, and returns its exit status. */
    public static int spawnAndWait(List<String> command) {
        try (Memory argv = new Memory((command.size() + 1L) * Native.POINTER_SIZE);
                Memory envp = new Memory(Native.POINTER_SIZE)) {
            final Memory[] strings = new Memory[command.size()];
            for (int i = 0; i < strings.length; i++) {
                strings[i] = new Memory(command.get(i).length() + 1L);
                strings[i].setString(0, command.get(i));
                argv.setPointer((long) i * Native.POINTER_SIZE, strings[i]);
            }
            argv.setPointer((long) strings.length * Native.POINTER_SIZE, null);
            envp.setPointer(0, null);
            final IntByReference pid = new IntByReference();
            final int errno = posix_spawn(pid, command.get(0), null, null, argv, envp);
            if (errno != 0) {
                throw new AssertionError("posix_spawn " + Errno.failed(errno));
            }
            final IntByReference status = new IntByReference();
            if (waitpid(pid.getValue(), status, 0) != pid.getValue()) {
                throw new AssertionError("waitpid " + Errno.failed(Native.getLastError()));
            }
            for (final Memory string : strings) {
                string.close();
            }
            return status.getValue() >> 8 & 0xff;
        }
    }
}
