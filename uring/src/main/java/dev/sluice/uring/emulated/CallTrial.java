// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.emulated;

import dev.sluice.uring.Opcode;
import dev.sluice.uring.host.SetupDiagnosis;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.sys.MsghdrLayout;
import dev.sluice.uring.sys.Scratch;
import dev.sluice.uring.sys.SocketCalls;
import dev.sluice.uring.sys.SystemCalls;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tries each system call that an emulated operation needs, on a descriptor that nobody has: a host that allows the call answers EBADF, one
 * that refuses it something else. So a refusal is known before the first client meets it.
 */
final class CallTrial {

    private static final int NO_FD = -1;

    private CallTrial() {}

    /** The operations that this host does not let happen, and why. */
    static Map<Integer, String> refusedOperations() {
        final Map<Integer, String> refusals = new TreeMap<>();
        final Scratch scratch = Scratch.current();
        for (int i = 0; i < MsghdrLayout.SIZE; i += Long.BYTES) {
            scratch.view().putLong(i, 0L);
        }
        final long memory = scratch.address();
        note(refusals, "accept4", SocketCalls.accept4(NO_FD, 0L, 0L, 0), Opcode.ACCEPT);
        note(refusals, "connect", SocketCalls.connect(NO_FD, memory, 0), Opcode.CONNECT);
        note(refusals, "recvfrom", SocketCalls.recv(NO_FD, memory, 0L, 0), Opcode.RECV);
        note(refusals, "sendto", SocketCalls.send(NO_FD, memory, 0L, 0), Opcode.SEND);
        note(refusals, "recvmsg", SocketCalls.recvmsg(NO_FD, memory, 0), Opcode.RECVMSG);
        note(refusals, "sendmsg", SocketCalls.sendmsg(NO_FD, memory, 0), Opcode.SENDMSG);
        note(refusals, "shutdown", SocketCalls.shutdown(NO_FD, 0), Opcode.SHUTDOWN);
        note(refusals, "pread64", SystemCalls.pread(NO_FD, memory, 0L, 0L), Opcode.READ);
        note(refusals, "pwrite64", SystemCalls.pwrite(NO_FD, memory, 0L, 0L), Opcode.WRITE);
        note(
                refusals,
                "fcntl",
                SystemCalls.fcntl(NO_FD, SystemCalls.F_GETFL, 0L),
                Opcode.ACCEPT,
                Opcode.CONNECT,
                Opcode.READ);
        return refusals;
    }

    /** Whether a transfer can be told not to wait; where not, it is left to a worker. */
    static boolean canBeToldNotToWait() {
        final Scratch scratch = Scratch.current();
        return SystemCalls.preadv2(NO_FD, scratch.address(), 0, 0L, SystemCalls.RWF_NOWAIT) == -Errno.EBADF;
    }

    private static void note(Map<Integer, String> refusals, String call, int result, int... operations) {
        if (result < 0 && result != -Errno.EBADF) {
            for (final int operation : operations) {
                refusals.putIfAbsent(operation, SetupDiagnosis.refusedCall(call, -result));
            }
        }
    }
}
