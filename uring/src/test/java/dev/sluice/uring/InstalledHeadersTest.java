package dev.sluice.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.sys.BufLayout;
import dev.sluice.uring.sys.BufRegLayout;
import dev.sluice.uring.sys.CachestatLayout;
import dev.sluice.uring.sys.CmsghdrLayout;
import dev.sluice.uring.sys.CqeLayout;
import dev.sluice.uring.sys.DirectoryCalls;
import dev.sluice.uring.sys.DirentLayout;
import dev.sluice.uring.sys.EpollEventLayout;
import dev.sluice.uring.sys.FiemapLayout;
import dev.sluice.uring.sys.GeteventsArgLayout;
import dev.sluice.uring.sys.InotifyEventLayout;
import dev.sluice.uring.sys.IoUring;
import dev.sluice.uring.sys.IovecLayout;
import dev.sluice.uring.sys.LibC;
import dev.sluice.uring.sys.MsghdrLayout;
import dev.sluice.uring.sys.OpenHowLayout;
import dev.sluice.uring.sys.ParamsLayout;
import dev.sluice.uring.sys.PollfdLayout;
import dev.sluice.uring.sys.ProbeLayout;
import dev.sluice.uring.sys.RingLayout;
import dev.sluice.uring.sys.RsrcRegisterLayout;
import dev.sluice.uring.sys.RsrcUpdateLayout;
import dev.sluice.uring.sys.SocketAddressLayout;
import dev.sluice.uring.sys.SqeLayout;
import dev.sluice.uring.sys.StatxLayout;
import dev.sluice.uring.sys.SystemCalls;
import dev.sluice.uring.sys.TimespecLayout;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: every number shared with the kernel is the installed headers' number. Method: reflection collects the constants, a C program prints
 * what the headers say; a constant without a counterpart in C fails the test.
 */
class InstalledHeadersTest {

    /** What headers may be too old for: all of it is younger than the 5.15 this project needs. */
    private static final Set<String> MAY_BE_ABSENT = Set.of(
            "Opcode.FTRUNCATE",
            "SetupFlags.NO_SQARRAY",
            "RingFeatures.FEAT_NO_IOWAIT",
            "IoUring.ENTER_NO_IOWAIT",
            "LibC.SYS_CACHESTAT",
            "CachestatLayout.RANGE_OFFSET",
            "CachestatLayout.RANGE_LENGTH",
            "CachestatLayout.RESULT",
            "CachestatLayout.RESULT_CACHED",
            "CachestatLayout.RESULT_SIZE",
            "CachestatLayout.SIZE");

    @TempDir
    Path folder;

    private final Map<String, Long> ours = new TreeMap<>();

    @Test
    void shouldUseTheNumbersOfTheHeaders() throws Exception {
        final CProgram program = new CProgram(
                "liburing.h",
                "linux/falloc.h",
                "linux/fiemap.h",
                "linux/fs.h",
                "linux/openat2.h",
                "linux/version.h",
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
                "sys/uio.h",
                "sys/un.h");
        final Set<String> opcodes = new TreeSet<>(constants(Opcode.class).keySet());
        opcodes.remove("FTRUNCATE");
        askEnum(program, Opcode.class, name -> "IORING_OP_" + name, opcodes);
        ours.put("Opcode.FTRUNCATE", (long) Opcode.FTRUNCATE);
        program.askIf(
                "defined(IO_URING_VERSION_MAJOR) && (IO_URING_VERSION_MAJOR > 2 || IO_URING_VERSION_MINOR >= 6)",
                "Opcode.FTRUNCATE",
                "IORING_OP_FTRUNCATE");
        askMacros(program, SetupFlags.class, name -> "IORING_SETUP_" + name, Set.of());
        askMacros(program, SqeFlags.class, name -> "IOSQE_" + name, Set.of());
        askMacros(program, CqeFlags.class, name -> "IORING_CQE_" + name, Set.of("BUFFER_SHIFT"));
        ask(program, "CqeFlags.BUFFER_SHIFT", CqeFlags.BUFFER_SHIFT, "IORING_CQE_BUFFER_SHIFT");
        askMacros(program, PollMask.class, UnaryOperator.identity(), Set.of());
        askMacros(program, OpenFlags.class, UnaryOperator.identity(), Set.of());
        askMacros(program, ResolveFlags.class, UnaryOperator.identity(), Set.of());
        askMacros(program, AllocateMode.class, UnaryOperator.identity(), Set.of());
        askMacros(program, FileAdvice.class, UnaryOperator.identity(), Set.of());
        askMacros(program, PathFlags.class, UnaryOperator.identity(), Set.of());
        askMacros(program, SocketFlags.class, name -> name.startsWith("RECV") ? "IORING_" + name : name, Set.of());
        askMacros(program, RingFeatures.class, name -> "IORING_" + name, Set.of());
        askMacros(program, Statx.class, UnaryOperator.identity(), Set.of("SIZE_BYTES"));
        askMacros(program, Errno.class, UnaryOperator.identity(), Set.of());
        askMacros(program, Inotify.class, UnaryOperator.identity(), Set.of());
        askMacros(program, Directories.class, UnaryOperator.identity(), Set.of());
        askMacros(program, DirectoryCalls.class, UnaryOperator.identity(), Set.of());
        askMacros(
                program,
                LibC.class,
                name -> name.startsWith("SYS_")
                        ? "SYS_" + name.substring("SYS_".length()).toLowerCase(Locale.ROOT)
                        : name,
                Set.of("EXT4_IOC_GET_ES_CACHE"));
        ask(program, "LibC.EXT4_IOC_GET_ES_CACHE", LibC.EXT4_IOC_GET_ES_CACHE, "_IOWR('f', 42, struct fiemap)");
        askMacros(
                program,
                SystemCalls.class,
                name -> name.equals("SYS_OPENAT2") ? "SYS_openat2" : name,
                Set.of("EPOLL_CLOEXEC", "EPOLLET"));
        ask(program, "SystemCalls.EPOLL_CLOEXEC", SystemCalls.EPOLL_CLOEXEC, "EPOLL_CLOEXEC"); // an enumerator
        ask(program, "SystemCalls.EPOLLET", SystemCalls.EPOLLET, "(int) EPOLLET");
        askMacros(
                program,
                IoUring.class,
                name -> name.startsWith("SYS_")
                        ? "SYS_" + name.substring("SYS_".length()).toLowerCase(Locale.ROOT)
                        : "IORING_" + name,
                registerNames());
        askEnum(program, IoUring.class, name -> "IORING_" + name, registerNames());
        askLayouts(program);

        final Map<String, Long> theirs = program.run(folder);

        final Set<String> absent = new TreeSet<>(ours.keySet());
        absent.removeAll(theirs.keySet());
        assertThat(MAY_BE_ABSENT).containsAll(absent);
        ours.keySet().removeAll(absent);
        assertThat(ours).isEqualTo(theirs).hasSizeGreaterThan(200);
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

    private static Set<String> registerNames() {
        return Set.of(
                "REGISTER_BUFFERS",
                "UNREGISTER_BUFFERS",
                "REGISTER_PROBE",
                "REGISTER_ENABLE_RINGS",
                "REGISTER_BUFFERS2",
                "REGISTER_BUFFERS_UPDATE",
                "REGISTER_IOWQ_MAX_WORKERS",
                "REGISTER_PBUF_RING",
                "UNREGISTER_PBUF_RING");
    }

    private void askLayouts(CProgram program) {
        layout(
                program,
                SqeLayout.class,
                "struct io_uring_sqe",
                Map.of(
                        "OPCODE",
                        "opcode",
                        "FLAGS",
                        "flags",
                        "IOPRIO",
                        "ioprio",
                        "FD",
                        "fd",
                        "OFFSET",
                        "off",
                        "ADDRESS",
                        "addr",
                        "LENGTH",
                        "len",
                        "OPERATION_FLAGS",
                        "rw_flags",
                        "USER_DATA",
                        "user_data",
                        "BUFFER_INDEX",
                        "buf_index"));
        layout(
                program,
                CqeLayout.class,
                "struct io_uring_cqe",
                Map.of("USER_DATA", "user_data", "RESULT", "res", "FLAGS", "flags"));
        layout(
                program,
                RingLayout.class,
                "struct io_uring",
                Map.of(
                        "SQ_SQES",
                        "sq.sqes",
                        "SQ_RING_SZ",
                        "sq.ring_sz",
                        "SQ_RING_PTR",
                        "sq.ring_ptr",
                        "CQ_RING_SZ",
                        "cq.ring_sz",
                        "CQ_RING_PTR",
                        "cq.ring_ptr",
                        "RING_FD",
                        "ring_fd"));
        final Map<String, String> params = new HashMap<>(Map.of(
                "SQ_ENTRIES", "sq_entries", "CQ_ENTRIES", "cq_entries", "FLAGS", "flags", "FEATURES", "features"));
        params.putAll(Map.of(
                "SQ_HEAD",
                "sq_off.head",
                "SQ_TAIL",
                "sq_off.tail",
                "SQ_FLAGS",
                "sq_off.flags",
                "SQ_ARRAY",
                "sq_off.array",
                "CQ_HEAD",
                "cq_off.head",
                "CQ_TAIL",
                "cq_off.tail",
                "CQ_CQES",
                "cq_off.cqes"));
        layout(program, ParamsLayout.class, "struct io_uring_params", params);
        layout(
                program,
                InotifyEventLayout.class,
                "struct inotify_event",
                Map.of("WATCH", "wd", "MASK", "mask", "COOKIE", "cookie", "NAME_LENGTH", "len"));
        expressions(
                program,
                DirentLayout.class,
                "1",
                Map.of(
                        "OFFSET",
                        "offsetof(struct dirent64, d_off)",
                        "RECORD_LENGTH",
                        "offsetof(struct dirent64, d_reclen)",
                        "TYPE",
                        "offsetof(struct dirent64, d_type)",
                        "NAME",
                        "offsetof(struct dirent64, d_name)"));
        layout(program, GeteventsArgLayout.class, "struct io_uring_getevents_arg", Map.of("TS", "ts"));
        layout(
                program,
                TimespecLayout.class,
                "struct __kernel_timespec",
                Map.of("SECONDS", "tv_sec", "NANOSECONDS", "tv_nsec"));
        layout(program, EpollEventLayout.class, "struct epoll_event", Map.of("EVENTS", "events", "DATA", "data"));
        layout(program, IovecLayout.class, "struct iovec", Map.of("BASE", "iov_base", "LENGTH", "iov_len"));
        layout(
                program,
                PollfdLayout.class,
                "struct pollfd",
                Map.of("FD", "fd", "EVENTS", "events", "REVENTS", "revents"));
        layout(
                program,
                OpenHowLayout.class,
                "struct open_how",
                Map.of("FLAGS", "flags", "MODE", "mode", "RESOLVE", "resolve"));
        layout(
                program,
                MsghdrLayout.class,
                "struct msghdr",
                Map.of(
                        "NAME",
                        "msg_name",
                        "NAME_LENGTH",
                        "msg_namelen",
                        "IOV",
                        "msg_iov",
                        "IOV_LENGTH",
                        "msg_iovlen",
                        "CONTROL",
                        "msg_control",
                        "CONTROL_LENGTH",
                        "msg_controllen",
                        "FLAGS",
                        "msg_flags"));
        expressions(
                program,
                CmsghdrLayout.class,
                "1",
                Map.of(
                        "LENGTH", "offsetof(struct cmsghdr, cmsg_len)",
                        "LEVEL", "offsetof(struct cmsghdr, cmsg_level)",
                        "TYPE", "offsetof(struct cmsghdr, cmsg_type)",
                        "SIZE", "CMSG_LEN(0)",
                        "ALIGNMENT", "CMSG_ALIGN(1)"));
        layout(
                program,
                BufRegLayout.class,
                "struct io_uring_buf_reg",
                Map.of("RING_ADDRESS", "ring_addr", "RING_ENTRIES", "ring_entries", "GROUP", "bgid"));
        layout(
                program,
                RsrcRegisterLayout.class,
                "struct io_uring_rsrc_register",
                Map.of("COUNT", "nr", "FLAGS", "flags"));
        layout(
                program,
                RsrcUpdateLayout.class,
                "struct io_uring_rsrc_update2",
                Map.of("OFFSET", "offset", "DATA", "data", "COUNT", "nr"));
        layout(
                program,
                BufLayout.class,
                "struct io_uring_buf",
                Map.of("ADDRESS", "addr", "LENGTH", "len", "ID", "bid", "TAIL", "resv"));
        layout(
                program,
                StatxLayout.class,
                "struct statx",
                Map.ofEntries(
                        Map.entry("MASK", "stx_mask"),
                        Map.entry("BLOCK_SIZE", "stx_blksize"),
                        Map.entry("LINKS", "stx_nlink"),
                        Map.entry("MODE", "stx_mode"),
                        Map.entry("INODE", "stx_ino"),
                        Map.entry("FILE_SIZE", "stx_size"),
                        Map.entry("MODIFIED_SECONDS", "stx_mtime.tv_sec"),
                        Map.entry("MODIFIED_NANOSECONDS", "stx_mtime.tv_nsec"),
                        Map.entry("DEVICE_MAJOR", "stx_dev_major"),
                        Map.entry("DEVICE_MINOR", "stx_dev_minor"),
                        Map.entry("MOUNT_ID", "stx_mnt_id"),
                        Map.entry("DIRECT_MEMORY_ALIGN", "stx_dio_mem_align"),
                        Map.entry("DIRECT_OFFSET_ALIGN", "stx_dio_offset_align")));
        expressions(
                program,
                ProbeLayout.class,
                "1",
                Map.of(
                        "OPS_LEN", "offsetof(struct io_uring_probe, ops_len)",
                        "OPS", "offsetof(struct io_uring_probe, ops)",
                        "OP_FLAGS", "offsetof(struct io_uring_probe_op, flags)",
                        "OP_SIZE", "sizeof(struct io_uring_probe_op)",
                        "OP_SUPPORTED", "IO_URING_OP_SUPPORTED",
                        "MAX_OPS", "1 + (__u8) -1",
                        "SIZE", "sizeof(struct io_uring_probe) + 256 * sizeof(struct io_uring_probe_op)"));
        expressions(
                program,
                SocketAddressLayout.class,
                "1",
                Map.of(
                        "FAMILY", "offsetof(struct sockaddr_in6, sin6_family)",
                        "PORT", "offsetof(struct sockaddr_in6, sin6_port)",
                        "INET_ADDRESS", "offsetof(struct sockaddr_in, sin_addr)",
                        "INET_SIZE", "sizeof(struct sockaddr_in)",
                        "INET6_ADDRESS", "offsetof(struct sockaddr_in6, sin6_addr)",
                        "INET6_SCOPE", "offsetof(struct sockaddr_in6, sin6_scope_id)",
                        "INET6_SIZE", "sizeof(struct sockaddr_in6)",
                        "UNIX_PATH", "offsetof(struct sockaddr_un, sun_path)",
                        "UNIX_SIZE", "sizeof(struct sockaddr_un)"));
        expressions(
                program,
                FiemapLayout.class,
                "1",
                Map.of(
                        "START", "offsetof(struct fiemap, fm_start)",
                        "LENGTH", "offsetof(struct fiemap, fm_length)",
                        "FLAGS", "offsetof(struct fiemap, fm_flags)",
                        "MAPPED", "offsetof(struct fiemap, fm_mapped_extents)",
                        "COUNT", "offsetof(struct fiemap, fm_extent_count)",
                        "RESERVED", "offsetof(struct fiemap, fm_reserved)",
                        "EXTENTS", "offsetof(struct fiemap, fm_extents)",
                        "EXTENT_LOGICAL", "offsetof(struct fiemap_extent, fe_logical)",
                        "EXTENT_LENGTH", "offsetof(struct fiemap_extent, fe_length)",
                        "SIZE", "sizeof(struct fiemap) + sizeof(struct fiemap_extent)"));
        expressions(
                program,
                CachestatLayout.class,
                "LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)",
                Map.of(
                        "RANGE_OFFSET", "offsetof(struct cachestat_range, off)",
                        "RANGE_LENGTH", "offsetof(struct cachestat_range, len)",
                        "RESULT", "sizeof(struct cachestat_range)",
                        "RESULT_CACHED", "offsetof(struct cachestat, nr_cache)",
                        "RESULT_SIZE", "sizeof(struct cachestat)",
                        "SIZE", "sizeof(struct cachestat_range) + sizeof(struct cachestat)"));
    }

    private void layout(CProgram program, Class<?> type, String struct, Map<String, String> members) {
        final Map<String, String> expressions = new HashMap<>();
        members.forEach((name, member) -> expressions.put(name, "offsetof(" + struct + ", " + member + ")"));
        expressions.put("SIZE", "sizeof(" + struct + ")");
        expressions(program, type, "1", expressions);
    }

    private void expressions(CProgram program, Class<?> type, String condition, Map<String, String> expressions) {
        final Map<String, Long> constants = constants(type);
        assertThat(expressions.keySet()).as(type.getSimpleName()).isEqualTo(constants.keySet());
        constants.forEach((name, value) -> {
            ours.put(type.getSimpleName() + "." + name, value);
            program.askIf(condition, type.getSimpleName() + "." + name, expressions.get(name));
        });
    }

    private void askMacros(CProgram program, Class<?> type, UnaryOperator<String> toMacro, Set<String> except) {
        constants(type).forEach((name, value) -> {
            if (!except.contains(name)) {
                final String key = type.getSimpleName() + "." + name;
                ours.put(key, value);
                program.askIf("defined(" + toMacro.apply(name) + ")", key, toMacro.apply(name));
            }
        });
    }

    private void askEnum(CProgram program, Class<?> type, UnaryOperator<String> toEnumerator, Set<String> names) {
        final Map<String, Long> constants = constants(type);
        names.forEach(
                name -> ask(program, type.getSimpleName() + "." + name, constants.get(name), toEnumerator.apply(name)));
    }

    private void ask(CProgram program, String key, long value, String expression) {
        ours.put(key, value);
        program.ask(key, expression);
    }

    private static Map<String, Long> constants(Class<?> type) {
        final Map<String, Long> constants = new TreeMap<>();
        for (final Field field : type.getFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType().isPrimitive()) {
                try {
                    constants.put(field.getName(), ((Number) field.get(null)).longValue());
                } catch (IllegalAccessException e) {
                    throw new AssertionError("a public field: " + field, e);
                }
            }
        }
        return constants;
    }
}
