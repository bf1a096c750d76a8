// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.nio.Buffer;
import java.nio.ByteBuffer;

/**
 * Functions of C as method handles, by the foreign function interface, package java.lang.foreign. It is final since JDK 22, and found by
 * reflection, because this is compiled for JDK 17. Parameters and results are int and long only, so that all types are known there.
 */
final class ForeignFunction {
    private static final int FINAL_SINCE = 22;
    private static final String PACKAGE = "java.lang.foreign.";

    private ForeignFunction() {}

    /**
     * Binds a function. The call may block: the JVM's collectors do not wait for it.
     *
     * @param library that has it
     * @param name of the function
     * @param type int and long only
     * @param capturesErrno whether the calling thread's {@link Scratch#errno()} is set by each call
     * @return of that type; for invokeExact
     * @throws UnsupportedOperationException if this JVM has no foreign function interface
     * @throws IllegalCallerException if it denies native access to this module
     */
    static MethodHandle find(NativeLibrary library, String name, MethodType type, boolean capturesErrno) {
        if (Runtime.version().feature() < FINAL_SINCE) {
            throw new UnsupportedOperationException(
                    "java.lang.foreign is there from JDK " + FINAL_SINCE + " on, and this is " + Runtime.version());
        }
        try {
            final Class<?> linker = type("Linker");
            final Class<?> descriptor = type("FunctionDescriptor");
            final Class<?> option = type("Linker$Option");
            final Object parameters = Array.newInstance(type("MemoryLayout"), type.parameterCount());
            for (int i = 0; i < type.parameterCount(); i++) {
                Array.set(parameters, i, layout(type.parameterType(i)));
            }
            final Object options = Array.newInstance(option, capturesErrno ? 1 : 0);
            if (capturesErrno) {
                final Object errno = new String[] {"errno"};
                Array.set(
                        options,
                        0,
                        option.getMethod("captureCallState", String[].class).invoke(null, errno));
            }
            final Object function = descriptor
                    .getMethod("of", type("MemoryLayout"), parameters.getClass())
                    .invoke(null, layout(type.returnType()), parameters);
            final Object address = type("MemorySegment")
                    .getMethod("ofAddress", long.class)
                    .invoke(null, Pointer.nativeValue(library.getFunction(name)));
            final MethodHandle handle = (MethodHandle)
                    linker.getMethod("downcallHandle", type("MemorySegment"), descriptor, options.getClass())
                            .invoke(linker.getMethod("nativeLinker").invoke(null), address, function, options);
            return capturesErrno ? MethodHandles.collectArguments(handle, 0, errnoOfThisThread()) : handle;
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new LinkageError("java.lang.foreign", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("java.lang.foreign", e);
        }
    }

    /** Where the JVM writes errno before anything of its own can change it: memory of the calling thread. */
    private static MethodHandle errnoOfThisThread() throws ReflectiveOperationException {
        return MethodHandles.lookup()
                .findStatic(Scratch.class, "errnoSegment", MethodType.methodType(Object.class))
                .asType(MethodType.methodType(type("MemorySegment")));
    }

    /** A buffer as a MemorySegment. */
    static Object segment(ByteBuffer buffer) {
        try {
            return type("MemorySegment").getMethod("ofBuffer", Buffer.class).invoke(null, buffer);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("java.lang.foreign", e);
        }
    }

    private static Object layout(Class<?> type) throws ReflectiveOperationException {
        return type("ValueLayout")
                .getField(type == int.class ? "JAVA_INT" : "JAVA_LONG")
                .get(null);
    }

    private static Class<?> type(String name) throws ClassNotFoundException {
        return Class.forName(PACKAGE + name);
    }
}
