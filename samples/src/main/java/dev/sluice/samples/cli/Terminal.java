// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether the standard input is a terminal, and whether this process may read it: one that does so in the background of its
 * shell is stopped by SIGTTIN.
 *
 * @see <a href="https://man7.org/linux/man-pages/man4/tty_ioctl.4.html">job control, tty_ioctl(4)</a>
 */
final class Terminal {
    private static final Path STANDARD_INPUT = Path.of("/proc/self/fd/0");
    private static final Path STATUS = Path.of("/proc/self/stat");

    /** Places of the fields that follow the name of the program in {@link #STATUS}. */
    private static final int GROUP = 2;

    private static final int TERMINAL = 4;
    private static final int FOREGROUND_GROUP = 5;

    private Terminal() {}

    /** Tells whether the standard input is a terminal. */
    static boolean isStandardInput() throws IOException {
        if (!Files.isSymbolicLink(STANDARD_INPUT)) {
            return false; // it is closed
        }
        final String target = Files.readSymbolicLink(STANDARD_INPUT).toString();
        return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
    }

    /** Tells whether this process is in the foreground of its terminal now, or has none that could stop it. */
    static boolean isOurs() throws IOException {
        return isOurs(Files.readString(STATUS));
    }

    /** As {@link #isOurs()}, for what the kernel says in {@code /proc/PID/stat}. */
    static boolean isOurs(String status) {
        // The name of the program stands in parentheses, and may have any character.
        final String[] fields = status.substring(status.lastIndexOf(')') + 2).split(" ", FOREGROUND_GROUP + 2);
        return fields[TERMINAL].equals("0") || fields[GROUP].equals(fields[FOREGROUND_GROUP]);
    }
}
