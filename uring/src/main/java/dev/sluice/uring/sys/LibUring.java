// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/**
 * liburing by JNA direct mapping: the calls of version 2.3 that set a ring up, enter it and take it down. Parameters and results are int and
 * long only, so that a call allocates nothing; addresses and size_t are long. Every call returns a negated error number on failure.
 *
 * <p>{@link #bind} first. The inline functions of liburing.h are not in the library; {@code Sqe} and the queues take their place.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/io_uring.7.html">io_uring(7)</a>
 */
public final class LibUring {

    /** What is bound unless a test asks for another name. */
    public static final String SONAME = "liburing.so.2";

    /** What the native methods call; guarded by the class. */
    private static NativeLibrary bound;

    private LibUring() {}

    /**
     * Binds the native methods of this class; does nothing new when called again.
     *
     * @param soname file name or path of the library
     * @throws LinkageError if the library is missing, or older than 2.3
     */
    public static synchronized void bind(String soname) {
        final NativeLibrary library = NativeLibrary.getInstance(soname);
        if (bound != library) {
            bound = null; // one that lacks a call is left with some of the methods bound
            Native.register(LibUring.class, library);
            bound = library;
        }
    }

    /**
     * Sets a ring up and maps it.
     *
     * @param entries submission queue entries
     * @param ring address of a zeroed {@link RingLayout}, filled in
     * @param params address of a {@link ParamsLayout}, its unused fields zero; answered
     * @return 0, or a negated error number
     */
    public static native int io_uring_queue_init_params(int entries, long ring, long params);

    /**
     * Unmaps and closes a ring.
     *
     * @param ring address of a {@link RingLayout}
     */
    public static native void io_uring_queue_exit(long ring);

    /**
     * Keeps the mappings from forked children.
     *
     * @param ring address of a {@link RingLayout}
     * @return 0, or a negated error number
     */
    public static native int io_uring_ring_dontfork(long ring);

    /**
     * Submits, and waits if told so: the system call io_uring_enter. It is reached as {@link CallBinding} says.
     *
     * @param fd of the ring
     * @param toSubmit entries
     * @param minComplete completions to wait for
     * @param flags {@link IoUring} ENTER_*
     * @param argument address, or 0
     * @param argumentSize bytes
     * @return entries submitted, or a negated error number
     */
    public static int enter(int fd, int toSubmit, int minComplete, int flags, long argument, long argumentSize) {
        final MethodHandle foreign = Enter.FOREIGN;
        if (foreign == null) {
            return io_uring_enter2(fd, toSubmit, minComplete, flags, argument, argumentSize);
        }
        try {
            return (int) foreign.invokeExact(fd, toSubmit, minComplete, flags, argument, argumentSize);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) { // the signature's
            throw new LinkageError("io_uring_enter2", e);
        }
    }

    private static native int io_uring_enter2(
            int fd, int toSubmit, int minComplete, int flags, long argument, long argumentSize);

    /**
     * The system call io_uring_register.
     *
     * @param fd of the ring
     * @param opcode {@link IoUring} REGISTER_*
     * @param argument address, or 0
     * @param count elements of the argument
     * @return depends on the opcode, or a negated error number
     */
    public static native int io_uring_register(int fd, int opcode, long argument, int count);

    /** It takes any ring's descriptor, so whose library it is does not matter. */
    private static synchronized MethodHandle findEnter() {
        final MethodType type =
                MethodType.methodType(int.class, int.class, int.class, int.class, int.class, long.class, long.class);
        return ForeignFunction.find(bound, "io_uring_enter2", type, false); // it returns its error
    }

    /** Made at the first enter, when the library is bound. */
    private static final class Enter {
        static final @Nullable MethodHandle FOREIGN = CallBinding.chosen().isForeign() ? findEnter() : null;
    }
}
