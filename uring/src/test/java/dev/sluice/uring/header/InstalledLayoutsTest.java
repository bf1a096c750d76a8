// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.header;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.sys.BufLayout;
import dev.sluice.uring.sys.BufRegLayout;
import dev.sluice.uring.sys.CachestatLayout;
import dev.sluice.uring.sys.CmsghdrLayout;
import dev.sluice.uring.sys.CqeLayout;
import dev.sluice.uring.sys.DirentLayout;
import dev.sluice.uring.sys.EpollEventLayout;
import dev.sluice.uring.sys.FiemapLayout;
import dev.sluice.uring.sys.GeteventsArgLayout;
import dev.sluice.uring.sys.InotifyEventLayout;
import dev.sluice.uring.sys.IovecLayout;
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
import dev.sluice.uring.sys.StatLayout;
import dev.sluice.uring.sys.StatxLayout;
import dev.sluice.uring.sys.TcpInfoLayout;
import dev.sluice.uring.sys.TimespecLayout;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As {@link InstalledHeadersTest}, for where the members of structures are and how long these are. */
class InstalledLayoutsTest {

    /** Younger than the 5.15 this project needs. */
    private static final Set<String> MAY_BE_ABSENT = Set.of(
            "CachestatLayout.RANGE_OFFSET",
            "CachestatLayout.RANGE_LENGTH",
            "CachestatLayout.RESULT",
            "CachestatLayout.RESULT_CACHED",
            "CachestatLayout.RESULT_SIZE",
            "CachestatLayout.SIZE");

    private final HeaderNumbers numbers = new HeaderNumbers(
            "liburing.h",
            "linux/fiemap.h",
            "linux/openat2.h",
            "linux/tcp.h",
            "linux/version.h",
            "dirent.h",
            "poll.h",
            "netinet/in.h",
            "sys/epoll.h",
            "sys/inotify.h",
            "sys/mman.h",
            "sys/socket.h",
            "sys/stat.h",
            "sys/uio.h",
            "sys/un.h");

    @TempDir
    Path folder;

    @Test
    void shouldPlaceMembersAsTheHeadersDo() throws Exception {
        layout(SqeLayout.class, "struct io_uring_sqe", """
                OPCODE opcode
                FLAGS flags
                IOPRIO ioprio
                FD fd
                OFFSET off
                ADDRESS addr
                LENGTH len
                OPERATION_FLAGS rw_flags
                USER_DATA user_data
                BUFFER_INDEX buf_index
                ADDRESS_3 addr3
                """);
        layout(CqeLayout.class, "struct io_uring_cqe", """
                USER_DATA user_data
                RESULT res
                FLAGS flags
                """);
        layout(RingLayout.class, "struct io_uring", """
                SQ_SQES sq.sqes
                SQ_RING_SZ sq.ring_sz
                SQ_RING_PTR sq.ring_ptr
                CQ_RING_SZ cq.ring_sz
                CQ_RING_PTR cq.ring_ptr
                RING_FD ring_fd
                """);
        layout(ParamsLayout.class, "struct io_uring_params", """
                SQ_ENTRIES sq_entries
                CQ_ENTRIES cq_entries
                FLAGS flags
                FEATURES features
                SQ_HEAD sq_off.head
                SQ_TAIL sq_off.tail
                SQ_FLAGS sq_off.flags
                SQ_ARRAY sq_off.array
                CQ_HEAD cq_off.head
                CQ_TAIL cq_off.tail
                CQ_CQES cq_off.cqes
                """);
        layout(InotifyEventLayout.class, "struct inotify_event", """
                WATCH wd
                MASK mask
                COOKIE cookie
                NAME_LENGTH len
                """);
        expressions(DirentLayout.class, """
                OFFSET offsetof(struct dirent64, d_off)
                RECORD_LENGTH offsetof(struct dirent64, d_reclen)
                TYPE offsetof(struct dirent64, d_type)
                NAME offsetof(struct dirent64, d_name)
                """);
        layout(GeteventsArgLayout.class, "struct io_uring_getevents_arg", """
                TS ts
                """);
        layout(TimespecLayout.class, "struct __kernel_timespec", """
                SECONDS tv_sec
                NANOSECONDS tv_nsec
                """);
        layout(EpollEventLayout.class, "struct epoll_event", """
                EVENTS events
                DATA data
                """);
        layout(IovecLayout.class, "struct iovec", """
                BASE iov_base
                LENGTH iov_len
                """);
        layout(PollfdLayout.class, "struct pollfd", """
                FD fd
                EVENTS events
                REVENTS revents
                """);
        expressions(TcpInfoLayout.class, """
                STATE offsetof(struct tcp_info, tcpi_state)
                BYTES_ACKED offsetof(struct tcp_info, tcpi_bytes_acked)
                SIZE offsetof(struct tcp_info, tcpi_bytes_received)
                """);
        layout(OpenHowLayout.class, "struct open_how", """
                FLAGS flags
                MODE mode
                RESOLVE resolve
                """);
        layout(MsghdrLayout.class, "struct msghdr", """
                NAME msg_name
                NAME_LENGTH msg_namelen
                IOV msg_iov
                IOV_LENGTH msg_iovlen
                CONTROL msg_control
                CONTROL_LENGTH msg_controllen
                FLAGS msg_flags
                """);
        expressions(CmsghdrLayout.class, """
                LENGTH offsetof(struct cmsghdr, cmsg_len)
                LEVEL offsetof(struct cmsghdr, cmsg_level)
                TYPE offsetof(struct cmsghdr, cmsg_type)
                SIZE CMSG_LEN(0)
                ALIGNMENT CMSG_ALIGN(1)
                """);
        layout(BufRegLayout.class, "struct io_uring_buf_reg", """
                RING_ADDRESS ring_addr
                RING_ENTRIES ring_entries
                GROUP bgid
                """);
        layout(RsrcRegisterLayout.class, "struct io_uring_rsrc_register", """
                COUNT nr
                FLAGS flags
                """);
        layout(RsrcUpdateLayout.class, "struct io_uring_rsrc_update2", """
                OFFSET offset
                DATA data
                COUNT nr
                """);
        layout(BufLayout.class, "struct io_uring_buf", """
                ADDRESS addr
                LENGTH len
                ID bid
                TAIL resv
                """);
        layout(StatxLayout.class, "struct statx", """
                MASK stx_mask
                BLOCK_SIZE stx_blksize
                LINKS stx_nlink
                USER stx_uid
                GROUP stx_gid
                MODE stx_mode
                INODE stx_ino
                FILE_SIZE stx_size
                BLOCKS stx_blocks
                ACCESSED_SECONDS stx_atime.tv_sec
                CHANGED_SECONDS stx_ctime.tv_sec
                CHANGED_NANOSECONDS stx_ctime.tv_nsec
                MODIFIED_SECONDS stx_mtime.tv_sec
                MODIFIED_NANOSECONDS stx_mtime.tv_nsec
                DEVICE_OF_FILE_MAJOR stx_rdev_major
                DEVICE_MAJOR stx_dev_major
                DEVICE_MINOR stx_dev_minor
                MOUNT_ID stx_mnt_id
                DIRECT_MEMORY_ALIGN stx_dio_mem_align
                DIRECT_OFFSET_ALIGN stx_dio_offset_align
                """);
        layout(StatLayout.class, "struct stat", """
                DEVICE st_dev
                INODE st_ino
                LINKS st_nlink
                MODE st_mode
                USER st_uid
                GROUP st_gid
                DEVICE_OF_FILE st_rdev
                FILE_SIZE st_size
                BLOCK_SIZE st_blksize
                BLOCKS st_blocks
                ACCESSED st_atim
                MODIFIED st_mtim
                CHANGED st_ctim
                """);
        expressions(ProbeLayout.class, """
                OPS_LEN offsetof(struct io_uring_probe, ops_len)
                OPS offsetof(struct io_uring_probe, ops)
                OP_FLAGS offsetof(struct io_uring_probe_op, flags)
                OP_SIZE sizeof(struct io_uring_probe_op)
                OP_SUPPORTED IO_URING_OP_SUPPORTED
                MAX_OPS 1 + (__u8) -1
                SIZE sizeof(struct io_uring_probe) + 256 * sizeof(struct io_uring_probe_op)
                """);
        expressions(SocketAddressLayout.class, """
                FAMILY offsetof(struct sockaddr_in6, sin6_family)
                PORT offsetof(struct sockaddr_in6, sin6_port)
                INET_ADDRESS offsetof(struct sockaddr_in, sin_addr)
                INET_SIZE sizeof(struct sockaddr_in)
                INET6_ADDRESS offsetof(struct sockaddr_in6, sin6_addr)
                INET6_SCOPE offsetof(struct sockaddr_in6, sin6_scope_id)
                INET6_SIZE sizeof(struct sockaddr_in6)
                UNIX_PATH offsetof(struct sockaddr_un, sun_path)
                UNIX_SIZE sizeof(struct sockaddr_un)
                """);
        expressions(FiemapLayout.class, """
                START offsetof(struct fiemap, fm_start)
                LENGTH offsetof(struct fiemap, fm_length)
                FLAGS offsetof(struct fiemap, fm_flags)
                MAPPED offsetof(struct fiemap, fm_mapped_extents)
                COUNT offsetof(struct fiemap, fm_extent_count)
                RESERVED offsetof(struct fiemap, fm_reserved)
                EXTENTS offsetof(struct fiemap, fm_extents)
                EXTENT_LOGICAL offsetof(struct fiemap_extent, fe_logical)
                EXTENT_LENGTH offsetof(struct fiemap_extent, fe_length)
                SIZE sizeof(struct fiemap) + sizeof(struct fiemap_extent)
                """);
        expressionsIf("LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)", CachestatLayout.class, """
                RANGE_OFFSET offsetof(struct cachestat_range, off)
                RANGE_LENGTH offsetof(struct cachestat_range, len)
                RESULT sizeof(struct cachestat_range)
                RESULT_CACHED offsetof(struct cachestat, nr_cache)
                RESULT_SIZE sizeof(struct cachestat)
                SIZE sizeof(struct cachestat_range) + sizeof(struct cachestat)
                """);

        numbers.assertEqual(folder, MAY_BE_ABSENT, 100);
    }

    /** Lines of a constant and the member it is the offset of; SIZE is the structure's. */
    private void layout(Class<?> type, String struct, String members) {
        final Map<String, String> expressions = table(members);
        expressions.replaceAll((name, member) -> "offsetof(" + struct + ", " + member + ")");
        expressions.put("SIZE", "sizeof(" + struct + ")");
        askAll("1", type, expressions);
    }

    /** Lines of a constant and the expression it is equal to. */
    private void expressions(Class<?> type, String lines) {
        expressionsIf("1", type, lines);
    }

    private void expressionsIf(String condition, Class<?> type, String lines) {
        askAll(condition, type, table(lines));
    }

    private static Map<String, String> table(String lines) {
        final Map<String, String> table = new TreeMap<>();
        lines.lines().map(line -> line.split(" ", 2)).forEach(pair -> table.put(pair[0], pair[1]));
        return table;
    }

    private void askAll(String condition, Class<?> type, Map<String, String> expressions) {
        assertThat(expressions.keySet())
                .as(type.getSimpleName())
                .isEqualTo(HeaderNumbers.constants(type).keySet());
        expressions.forEach((name, expression) -> numbers.askIf(condition, type, name, expression));
    }
}
