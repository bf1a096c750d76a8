// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

import com.sun.jna.NativeLibrary;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/**
 * How this process makes the calls that are made again and again, {@link SystemCalls} and the enter of {@link LibUring}: by the foreign
 * function interface, which costs some 20 ns a call, or by JNA, which costs some 200 to 250. Chosen once. All other calls are JNA's.
 *
 * <p>Throws {@link LinkageError} at first use if JNA cannot load its library.
 */
public final class CallBinding {
    /** System property: {@code ffm} or {@code jna}; unset, the first that there is. */
    public static final String PROPERTY = "sluice.uring.binding";

    private static final String FFM = "ffm";
    private static final String JNA = "jna";

    private static final CallBinding CHOSEN = choose(System.getProperty(PROPERTY));

    /**
     * syscall(2), number and six arguments; null if calls are JNA's. Not final, so that the JIT compiles it apart: of each call the JVM makes
     * an object for where errno goes, 40 bytes, which is taken out there, but not always in the large methods that it would go into.
     * That costs some 10 ns a call.
     */
    static @Nullable MethodHandle foreign = CHOSEN.syscall;

    private final @Nullable MethodHandle syscall;
    private final @Nullable RuntimeException refusal;

    private CallBinding(@Nullable MethodHandle syscall, @Nullable RuntimeException refusal) {
        this.syscall = syscall;
        this.refusal = refusal;
    }

    /** What this process has. */
    public static CallBinding chosen() {
        return CHOSEN;
    }

    static CallBinding choose(@Nullable String asked) {
        if (asked != null && !asked.equals(FFM) && !asked.equals(JNA)) {
            return new CallBinding(
                    null,
                    new IllegalArgumentException("-D" + PROPERTY + " must be " + FFM + " or " + JNA + ": " + asked));
        }
        if (JNA.equals(asked)) {
            return new CallBinding(null, null);
        }
        try {
            final MethodType type = MethodType.methodType(
                    long.class, long.class, long.class, long.class, long.class, long.class, long.class, long.class);
            return new CallBinding(ForeignFunction.find(NativeLibrary.getInstance("c"), "syscall", type, true), null);
        } catch (UnsupportedOperationException | IllegalCallerException e) {
            return new CallBinding(null, asked == null ? null : e);
        }
    }

    /**
     * Holds what was asked for against what there is.
     *
     * @throws IllegalArgumentException if the property is neither
     * @throws UnsupportedOperationException if it is {@code ffm}, and the JVM has no foreign function interface
     * @throws IllegalCallerException if it is {@code ffm}, and the JVM denies native access
     */
    public void check() {
        if (refusal != null) {
            throw refusal;
        }
    }

    boolean isForeign() {
        return syscall != null;
    }

    /** For a start-up line. */
    @Override
    public String toString() {
        return isForeign() ? "calls by the foreign function interface" : "calls by JNA";
    }
}
