// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.host;

import dev.sluice.uring.RingOptions;
import dev.sluice.uring.RingUnavailableException;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.sys.CallBinding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Why this process cannot have a ring and what helps, from the errno and from what /proc says at that moment. */
public final class SetupDiagnosis {

    private final Path proc;

    public SetupDiagnosis(Path proc) {
        this.proc = proc;
    }

    /** The kernel refused io_uring_setup, whatever the flags. */
    public RingUnavailableException refused(RingOptions options, int errno) {
        final String call =
                "io_uring_setup(entries=" + options.entries() + ", cq_entries=" + options.cqEntries() + ") ";
        return new RingUnavailableException(call + Errno.failed(errno) + "; " + causeOf(errno), errno);
    }

    /** The ring was set up, but cannot be entered. */
    public RingUnavailableException enterRefused(int errno) {
        return new RingUnavailableException(
                "io_uring_enter " + Errno.failed(errno)
                        + ", though io_uring_setup was allowed; likely a seccomp profile without"
                        + " io_uring_enter (allow io_uring_setup, io_uring_enter and io_uring_register in it): "
                        + seccomp(),
                errno);
    }

    /** The kernel has io_uring, but not all this project builds on. */
    public static RingUnavailableException tooOld(String missing) {
        return new RingUnavailableException(
                "io_uring of kernel " + kernelRelease() + " lacks " + missing + "; Linux 5.15 or later is needed", 0);
    }

    /** JNA, the Java side of native calls, did not load. */
    public static RingUnavailableException jnaMissing(LinkageError cause) {
        for (Throwable reason = cause; reason != null; reason = reason.getCause()) {
            if (reason instanceof IllegalCallerException) {
                return new RingUnavailableException(
                        "this JVM denies native access to JNA: start it with --enable-native-access=ALL-UNNAMED, or, where JNA"
                                + " is on the module path, with --enable-native-access=com.sun.jna: "
                                + firstLine(reason),
                        cause);
            }
        }
        final String folder = System.getProperty("jna.tmpdir", System.getProperty("java.io.tmpdir"));
        return new RingUnavailableException(
                "JNA could not load its native library from the temporary folder " + folder
                        + "; if that is mounted noexec or read-only, point -Djna.tmpdir at a folder that is not: "
                        + firstLine(cause),
                cause);
    }

    /** The foreign function interface was asked for, and this JVM has none, or denies it. */
    public static RingUnavailableException foreignMissing(RuntimeException cause) {
        final String asked = "-D" + CallBinding.PROPERTY + "=ffm cannot be had: " + firstLine(cause);
        return new RingUnavailableException(
                cause instanceof IllegalCallerException
                        ? asked
                                + "; start the JVM with --enable-native-access=ALL-UNNAMED, or, where Sluice is on the module path, with"
                                + " --enable-native-access=dev.sluice.uring,com.sun.jna; or leave the property out: calls are JNA's then"
                        : asked + "; take a JDK that has it, or leave the property out: calls are JNA's then",
                cause);
    }

    /** A worker's thread did not start. */
    public static RingUnavailableException noThread(String seen) {
        return new RingUnavailableException(
                "no thread can be started for a worker; raise the limit of processes and threads (pids.max of the control group,"
                        + " TasksMax= of the service, ulimit -u), or let clone3(2) and clone(2) through: "
                        + seen,
                Errno.EAGAIN);
    }

    private static String firstLine(Throwable reason) {
        return String.valueOf(reason.getMessage()).lines().findFirst().orElse(reason.toString());
    }

    /** The layouts and numbers of another machine would be guessed. */
    public static RingUnavailableException unknownMachine(String machine) {
        return new RingUnavailableException(
                "the numbers and layouts of system calls are known for 64-bit Linux on x86-64 and aarch64, not for "
                        + machine + ": there is no remedy on this machine",
                0);
    }

    /** A call that every kernel has was not let through. */
    public static String refusedCall(String call, int errno) {
        return call + "(2) is refused: " + Errno.name(errno) + " (" + errno + "); "
                + new SetupDiagnosis(Path.of("/proc")).seccomp()
                + "; allow the call in the profile of the container or service";
    }

    private String causeOf(int errno) {
        return switch (errno) {
            case Errno.EPERM, Errno.EACCES -> permissionCause();
            case Errno.ENOSYS ->
                "this kernel (" + kernelRelease() + ") has no io_uring (Linux 5.15 or later is needed, built with"
                        + " CONFIG_IO_URING), or a seccomp profile hides it: " + seccomp();
            case Errno.ENOMEM ->
                "too little memory the process may lock (before Linux 5.12 rings count against RLIMIT_MEMLOCK): "
                        + limit("Max locked memory")
                        + "; raise it (ulimit -l, LimitMEMLOCK= of the service), or ask for fewer entries";
            case Errno.EMFILE ->
                "no descriptor is left to this process: " + limit("Max open files") + "; raise it (ulimit -n)";
            case Errno.ENFILE -> "no descriptor is left in the system: raise sysctl fs.file-max";
            case Errno.EINVAL ->
                "kernel " + kernelRelease() + " knows none of the flag sets; Linux 5.15 or later is needed";
            default -> "see io_uring_setup(2)";
        };
    }

    private String permissionCause() {
        final String disabled = read("sys/kernel/io_uring_disabled");
        return switch (disabled) {
            case "2" ->
                "sysctl kernel.io_uring_disabled is 2: disabled for every process; sysctl -w kernel.io_uring_disabled=0 enables it";
            case "1" ->
                "sysctl kernel.io_uring_disabled is 1: disabled for processes without CAP_SYS_ADMIN outside the group of"
                        + " kernel.io_uring_group; join that group, or sysctl -w kernel.io_uring_disabled=0";
            default ->
                "sysctl kernel.io_uring_disabled is " + disabled
                        + ", so it is not that; likely a seccomp profile without io_uring_setup,"
                        + " as container engines have by default (allow io_uring_setup, io_uring_enter and io_uring_register in it), or a security"
                        + " module: " + seccomp();
        };
    }

    private String seccomp() {
        return switch (field("self/status", "Seccomp:")) {
            case "0" -> "Seccomp: 0 in /proc/self/status, no filter is active";
            case "1" -> "Seccomp: 1 in /proc/self/status, strict mode";
            case "2" -> "Seccomp: 2 in /proc/self/status, a filter is active";
            default -> "/proc/self/status does not say whether a filter is active";
        };
    }

    private String limit(String name) {
        final String values = field("self/limits", name);
        return name + " is " + (values.isEmpty() ? "unknown" : values.replaceAll("\\s+", " ") + " (soft, hard, unit)");
    }

    private static String kernelRelease() {
        return System.getProperty("os.version");
    }

    /** The rest of the line that begins with {@code name}, or an empty text. */
    private String field(String file, String name) {
        return read(file)
                .lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip())
                .findFirst()
                .orElse("");
    }

    private String read(String file) {
        try {
            return Files.readString(proc.resolve(file)).strip();
        } catch (IOException e) {
            return "not readable (" + e + ")"; // becomes part of the message: a diagnosis must not fail
        }
    }
}
