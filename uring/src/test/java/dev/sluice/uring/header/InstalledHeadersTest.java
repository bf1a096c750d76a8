// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.header;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.CqeFlags;
import dev.sluice.uring.Opcode;
import dev.sluice.uring.RingFeatures;
import dev.sluice.uring.SetupFlags;
import dev.sluice.uring.SqeFlags;
import dev.sluice.uring.call.Directories;
import dev.sluice.uring.call.Inotify;
import dev.sluice.uring.linux.AllocateMode;
import dev.sluice.uring.linux.Errno;
import dev.sluice.uring.linux.FileAdvice;
import dev.sluice.uring.linux.OpenFlags;
import dev.sluice.uring.linux.PathFlags;
import dev.sluice.uring.linux.PollMask;
import dev.sluice.uring.linux.ResolveFlags;
import dev.sluice.uring.linux.SocketFlags;
import dev.sluice.uring.memory.Statx;
import dev.sluice.uring.sys.AttributeCalls;
import dev.sluice.uring.sys.DirectoryCalls;
import dev.sluice.uring.sys.IoUring;
import dev.sluice.uring.sys.LibC;
import dev.sluice.uring.sys.PathCalls;
import dev.sluice.uring.sys.SocketCalls;
import dev.sluice.uring.sys.SocketOptionNumbers;
import dev.sluice.uring.sys.SystemCallNumbers;
import dev.sluice.uring.sys.SystemCalls;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: every number shared with the kernel is the installed headers' number. Method: reflection collects the constants, a C program prints
 * what the headers say; a constant without a counterpart in C fails the test. {@link InstalledLayoutsTest} does so for the structures.
 */
class InstalledHeadersTest {

    /** What headers may be too old for: all of it is younger than the 5.15 this project needs. */
    private static final Set<String> MAY_BE_ABSENT = Set.of(
            "Opcode.FTRUNCATE",
            "SetupFlags.NO_SQARRAY",
            "RingFeatures.FEAT_NO_IOWAIT",
            "IoUring.ENTER_NO_IOWAIT",
            "IoUring.ACCEPT_DONTWAIT",
            "SystemCallNumbers.SYS_CACHESTAT");

    private final HeaderNumbers numbers = new HeaderNumbers(
            "liburing.h",
            "linux/falloc.h",
            "linux/fiemap.h",
            "linux/fs.h",
            "linux/openat2.h",
            "linux/sockios.h",
            "sys/ioctl.h",
            "dirent.h",
            "errno.h",
            "fcntl.h",
            "poll.h",
            "netinet/in.h",
            "netinet/tcp.h",
            "sys/epoll.h",
            "sys/eventfd.h",
            "sys/inotify.h",
            "sys/mman.h",
            "sys/resource.h",
            "sys/socket.h",
            "sys/stat.h",
            "sys/syscall.h",
            "sys/uio.h");

    @TempDir
    Path folder;

    @Test
    void shouldUseTheNumbersOfTheHeaders() throws Exception {
        askOpcodes();
        askMacros(SetupFlags.class, name -> "IORING_SETUP_" + name);
        askMacros(SqeFlags.class, name -> "IOSQE_" + name);
        askMacros(CqeFlags.class, name -> "IORING_CQE_" + name, "BUFFER_SHIFT");
        numbers.ask(CqeFlags.class, "BUFFER_SHIFT", "IORING_CQE_BUFFER_SHIFT");
        askMacros(PollMask.class, UnaryOperator.identity());
        askMacros(OpenFlags.class, UnaryOperator.identity());
        askMacros(ResolveFlags.class, UnaryOperator.identity());
        askMacros(AllocateMode.class, UnaryOperator.identity());
        askMacros(FileAdvice.class, UnaryOperator.identity());
        askMacros(PathFlags.class, UnaryOperator.identity());
        askMacros(SocketFlags.class, name -> name.startsWith("RECV") ? "IORING_" + name : name);
        askMacros(RingFeatures.class, name -> "IORING_" + name);
        askMacros(Statx.class, UnaryOperator.identity(), "SIZE_BYTES");
        askMacros(Errno.class, UnaryOperator.identity(), "ENOWORKER"); // ours
        askMacros(Inotify.class, UnaryOperator.identity());
        askMacros(Directories.class, UnaryOperator.identity());
        askMacros(SocketOptionNumbers.class, UnaryOperator.identity());
        askMacros(AttributeCalls.class, UnaryOperator.identity());
        askMacros(DirectoryCalls.class, UnaryOperator.identity());
        askMacros(PathCalls.class, name -> systemCallOr("", name));
        askMacros(LibC.class, name -> systemCallOr("", name), "EXT4_IOC_GET_ES_CACHE");
        numbers.ask(LibC.class, "EXT4_IOC_GET_ES_CACHE", "_IOWR('f', 42, struct fiemap)");
        askMacros(SystemCallNumbers.class, name -> systemCallOr("", name));
        askMacros(SocketCalls.class, UnaryOperator.identity());
        askMacros(SystemCalls.class, UnaryOperator.identity(), "EPOLL_CLOEXEC", "EPOLLET");
        numbers.ask(SystemCalls.class, "EPOLL_CLOEXEC", "EPOLL_CLOEXEC"); // an enumerator
        numbers.ask(SystemCalls.class, "EPOLLET", "(int) EPOLLET");
        askIoUring();

        numbers.assertEqual(folder, MAY_BE_ABSENT, 200);
    }

    /** Enumerators: the preprocessor cannot tell whether the headers have one. */
    private void askOpcodes() {
        for (final String name : HeaderNumbers.constants(Opcode.class).keySet()) {
            final boolean young = name.equals("FTRUNCATE");
            numbers.askIf(
                    young
                            ? "defined(IO_URING_VERSION_MAJOR)"
                                    + " && (IO_URING_VERSION_MAJOR > 2 || IO_URING_VERSION_MINOR >= 6)"
                            : "1",
                    Opcode.class,
                    name,
                    "IORING_OP_" + name);
        }
    }

    private void askIoUring() {
        final String[] enumerators = {
            "REGISTER_BUFFERS",
            "UNREGISTER_BUFFERS",
            "REGISTER_PROBE",
            "REGISTER_ENABLE_RINGS",
            "REGISTER_BUFFERS2",
            "REGISTER_BUFFERS_UPDATE",
            "REGISTER_IOWQ_MAX_WORKERS",
            "REGISTER_PBUF_RING",
            "UNREGISTER_PBUF_RING"
        };
        for (final String name : enumerators) {
            numbers.ask(IoUring.class, name, "IORING_" + name);
        }
        askMacros(IoUring.class, name -> systemCallOr("IORING_", name), enumerators);
    }

    private static String systemCallOr(String prefix, String name) {
        return name.startsWith("SYS_")
                ? "SYS_" + name.substring("SYS_".length()).toLowerCase(Locale.ROOT)
                : prefix + name;
    }

    private void askMacros(Class<?> type, UnaryOperator<String> toMacro, String... except) {
        final Set<String> names = HeaderNumbers.constants(type).keySet();
        names.removeAll(Set.of(except));
        for (final String name : names) {
            final String macro = toMacro.apply(name);
            numbers.askIf("defined(" + macro + ")", type, name, macro);
        }
    }

    @Test
    void shouldNameEveryErrorNumberAsTheHeadersDo() throws Exception {
        final CProgram program = new CProgram("errno.h");
        final Map<String, Long> names = new TreeMap<>();
        for (int errno = 1; errno <= 133; errno++) {
            final String name = Errno.name(errno);
            if (!name.startsWith("errno ")) {
                names.put(name, (long) errno);
                program.ask(name, name);
            }
        }

        assertThat(program.run(folder)).isEqualTo(names).hasSize(131);
    }
}
