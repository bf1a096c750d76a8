// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.cli;

import java.io.FileInputStream;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What helps where the host does not let the program start, said behind the error in the same line. */
final class HostErrors {
    private static final Pattern ERRNO = Pattern.compile("failed: (E[A-Z0-9]+) \\(\\d+\\)$");

    private static final String MORE_FILES = "raise the limit of open files (ulimit -n, LimitNOFILE= of the service)";

    /** So the C library names EMFILE, which loaders of classes and of libraries report. */
    private static final String TOO_MANY_FILES = "Too many open files";

    private HostErrors() {}

    /** Returns the message of a failed system call with what helps, if that is known. */
    static String withRemedy(String message) {
        final Matcher errno = ERRNO.matcher(message);
        final String remedy;
        if (errno.find()) {
            remedy = remedy(errno.group(1), message.startsWith("bind("));
        } else {
            remedy = message.endsWith(TOO_MANY_FILES) ? MORE_FILES : "";
        }
        return remedy.isEmpty() ? message : message + "; " + remedy;
    }

    private static String remedy(String errno, boolean ofAddress) {
        return switch (errno) {
            case "EADDRINUSE" ->
                "something listens there already (ss -ltnp shows what): end it, or take another --port, 0 for any free one";
            case "EADDRNOTAVAIL" ->
                "this machine has no such address (ip address shows those it has): --bind one of them, or 0.0.0.0 for all";
            case "EACCES" ->
                ofAddress
                        ? "ports below 1024 are for who has CAP_NET_BIND_SERVICE: take a higher --port, or lower sysctl"
                                + " net.ipv4.ip_unprivileged_port_start"
                        : "its permissions must let this user read and enter it (r-x), and enter those above it (x)";
            case "ENOENT" -> "there is no such directory";
            case "ENOTDIR" -> "it is a file, or one stands above it in the path: name a directory";
            case "EMFILE" -> MORE_FILES;
            case "ENFILE" -> "the whole machine has too many files open: raise sysctl fs.file-max";
            default -> "";
        };
    }

    /** Returns what to say of a class or library that could not be loaded for want of descriptors; null if that is not why. */
    static String ofLoading(LinkageError failure) {
        return isForWantOfDescriptors(failure)
                ? "the JVM cannot load what it needs: EMFILE (24), " + TOO_MANY_FILES + "; " + MORE_FILES
                : null;
    }

    private static boolean isForWantOfDescriptors(LinkageError failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (String.valueOf(cause.getMessage()).contains(TOO_MANY_FILES)) {
                return true;
            }
        }
        try (FileInputStream one = new FileInputStream("/dev/null")) {
            return one.available() < 0;
        } catch (IOException e) {
            return String.valueOf(e.getMessage()).contains(TOO_MANY_FILES);
        }
    }
}
