package dev.sluice.uring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Why this process cannot have a ring and what helps, from the errno and from what /proc says at that moment. */
final class SetupDiagnosis {

    private final Path proc;

    SetupDiagnosis(Path proc) {
        this.proc = proc;
    }

    /** The kernel refused io_uring_setup, whatever the flags. */
    RingUnavailableException refused(RingOptions options, int errno) {
        final String call =
                "io_uring_setup(entries=" + options.entries() + ", cq_entries=" + options.cqEntries() + ") ";
        return new RingUnavailableException(call + Errno.failed(errno) + "; " + causeOf(errno), errno);
    }

    /** The kernel has io_uring, but not all this project builds on. */
    static RingUnavailableException tooOld(String missing) {
        return new RingUnavailableException(
                "io_uring of kernel " + kernelRelease() + " lacks " + missing + "; Linux 5.15 or later is needed", 0);
    }

    /** JNA, the Java side of native calls, did not load. */
    static RingUnavailableException jnaMissing(LinkageError cause) {
        return new RingUnavailableException(
                "JNA could not load its native library from the temporary folder "
                        + System.getProperty("java.io.tmpdir")
                        + "; if that is mounted noexec or read-only, point -Djna.tmpdir at a folder that is not: "
                        + cause.getMessage(),
                cause);
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
