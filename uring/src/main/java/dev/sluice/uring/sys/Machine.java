// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

/**
 * The processor architecture, which decides on some numbers of system calls and on some layouts. What is not known here is refused: a
 * guessed number would be another call.
 */
public final class Machine {

    private static final String NAME = System.getProperty("os.arch");

    /** 64-bit ARM. */
    public static final boolean AARCH64 = "aarch64".equals(NAME);

    private Machine() {}

    /**
     * Chooses between the two that are known.
     *
     * @param x86 the number on x86-64
     * @param arm the number on aarch64
     * @return that of this machine
     */
    static int number(int x86, int arm) {
        return AARCH64 ? arm : x86;
    }

    /**
     * Tells whether the numbers of this machine's system calls are known.
     *
     * @return true on x86-64 and aarch64
     */
    public static boolean isKnown() {
        return isKnown(NAME);
    }

    /**
     * Tells whether the numbers of a machine's system calls are known.
     *
     * @param name as the system property {@code os.arch} has it
     * @return true for x86-64 and aarch64
     */
    public static boolean isKnown(String name) {
        return switch (name) {
            case "amd64", "x86_64", "aarch64" -> true;
            default -> false;
        };
    }

    /**
     * Returns the name of this machine.
     *
     * @return the system property {@code os.arch}
     */
    public static String name() {
        return NAME;
    }
}
