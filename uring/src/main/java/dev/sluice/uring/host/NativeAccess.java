// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.host;

import com.sun.jna.Native;
import dev.sluice.uring.RingUnavailableException;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.memory.NativeMemory;
import dev.sluice.uring.sys.CallBinding;
import dev.sluice.uring.sys.Machine;
import dev.sluice.uring.sys.SystemCalls;
import java.nio.ByteOrder;

/** Whether this process can make native calls at all: asked before the first one, so that a refusal comes with its cause and remedy. */
public final class NativeAccess {

    private NativeAccess() {}

    /**
     * Loads JNA, if that was not done before. From any thread.
     *
     * @throws RingUnavailableException if JNA cannot load its library (a temporary folder that is mounted noexec or cannot be written),
     *     if the JVM denies native access, or has no foreign function interface where that is asked for, or if this is a machine whose
     *     system calls are not known, or if the host refuses close(2)
     * @throws IllegalArgumentException if the system property {@link CallBinding#PROPERTY} is neither ffm nor jna
     * @throws java.io.UncheckedIOException if memory cannot be mapped or unmapped, naming the call and the error
     */
    public static void check() {
        if (!Machine.isKnown() || ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw SetupDiagnosis.unknownMachine(Machine.name());
        }
        final int pointerBytes;
        try {
            pointerBytes = Native.POINTER_SIZE;
        } catch (LinkageError e) {
            throw SetupDiagnosis.jnaMissing(e);
        }
        if (pointerBytes != Long.BYTES) {
            throw SetupDiagnosis.unknownMachine("a JVM of " + Byte.SIZE * pointerBytes + " bits");
        }
        checkBinding();
        NativeMemory.map(1L).close(); // each ring and each arena begins and ends with that
        final int errno = -SystemCalls.close(-1); // nobody's descriptor: a host that lets the call through finds so
        if (errno != Errno.EBADF) {
            throw new RingUnavailableException(SetupDiagnosis.refusedCall("close", errno), 0);
        }
    }

    private static void checkBinding() {
        try {
            CallBinding.chosen().check();
        } catch (UnsupportedOperationException | IllegalCallerException e) {
            throw SetupDiagnosis.foreignMissing(e);
        }
    }
}
