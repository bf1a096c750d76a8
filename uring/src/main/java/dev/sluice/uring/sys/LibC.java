// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.sys;

import com.sun.jna.Native;

/**
 * libc by JNA direct mapping: parameters and results are int and long only, so that a call allocates nothing. Addresses, size_t and off_t
 * are long. As in C, -1 means failure and {@link #errno()} tells why.
 *
 * <p>Names and parameters are those of the man pages in section 2. Throws {@link LinkageError} at first use if JNA cannot load its library.
 */
public final class LibC {

    /** mmap: may be read. */
    public static final int PROT_READ = 1;

    /** mmap: may be written. */
    public static final int PROT_WRITE = 2;

    /** mmap: shared with whoever else has it mapped, here the kernel. */
    public static final int MAP_SHARED = 0x01;

    /** mmap: not shared. */
    public static final int MAP_PRIVATE = 0x02;

    /** mmap: no file behind it. */
    public static final int MAP_ANONYMOUS = 0x20;

    /** mmap: no swap is reserved; pages exist once touched. */
    public static final int MAP_NORESERVE = 0x4000;

    /** mmap: the pages exist at once. */
    public static final int MAP_POPULATE = 0x8000;

    /** madvise: the pages are the system's again, the addresses stay. */
    public static final int MADV_DONTNEED = 4;

    /** madvise: may lie in one large page, where the kernel is not told never to make one. */
    public static final int MADV_HUGEPAGE = 14;

    /** madvise: absent in a forked child. */
    public static final int MADV_DONTFORK = 10;

    /** eventfd: as O_NONBLOCK. */
    public static final int EFD_NONBLOCK = 0x800;

    /** eventfd: as O_CLOEXEC. */
    public static final int EFD_CLOEXEC = 0x80000;

    /** vmsplice, tee: does not wait for room. */
    public static final int SPLICE_F_NONBLOCK = 2;

    /** Address family of sockets in one machine. */
    public static final int AF_UNIX = 1;

    /** Address family of IPv4. */
    public static final int AF_INET = 2;

    /** Address family of IPv6. */
    public static final int AF_INET6 = 10;

    /** A byte stream. */
    public static final int SOCK_STREAM = 1;

    /** setsockopt: of sockets in general. */
    public static final int SOL_SOCKET = 1;

    /** Control message of SOL_SOCKET: descriptors. */
    public static final int SCM_RIGHTS = 1;

    /** setsockopt: a listener may bind while old connections of the port linger. */
    public static final int SO_REUSEADDR = 2;

    /** setsockopt: what becomes of unsent bytes at the close. */
    public static final int SO_LINGER = 13;

    /** setsockopt: of TCP. */
    public static final int IPPROTO_TCP = 6;

    /** setsockopt: small segments are not held back. */
    public static final int TCP_NODELAY = 1;

    /** getsockopt: how a connection fares, a {@code struct tcp_info}. */
    public static final int TCP_INFO = 11;

    /** getrlimit: number of open files. */
    public static final int RLIMIT_NOFILE = 7;

    /** ioctl: how many bytes the peer of a socket has not acknowledged yet. */
    public static final long SIOCOUTQ = 0x5411L;

    /** ioctl: the flags of an inode. */
    public static final long FS_IOC_GETFLAGS = 0x8008_6601L;

    /** ioctl: which extents of a file ext4 has in memory; defined in the kernel's fs/ext4/ext4.h. */
    public static final long EXT4_IOC_GET_ES_CACHE = 0xC020_662AL;

    /** In the flags of a directory's inode: it finds names whatever their case. */
    public static final int FS_CASEFOLD_FL = 0x4000_0000;

    static {
        Native.register(LibC.class, "c");
    }

    private LibC() {}

    /**
     * The error of the calling thread's last failed call.
     *
     * @return a positive error number
     */
    public static int errno() {
        return Native.getLastError();
    }

    /** The result of a call that has just returned, or a negated errno where it returned -1. */
    public static int orNegatedErrno(long result) {
        return result == -1L ? -errno() : (int) result;
    }

    /**
     * getpagesize(2).
     *
     * @return bytes of a page of memory
     */
    public static native int getpagesize();

    /**
     * mmap(2).
     *
     * @param address 0
     * @param length bytes
     * @param protection PROT_*
     * @param flags MAP_*
     * @param fd a descriptor, or -1
     * @param offset in the file
     * @return the address, or -1
     */
    public static native long mmap(long address, long length, int protection, int flags, int fd, long offset);

    /**
     * munmap(2).
     *
     * @param address of the mapping
     * @param length bytes
     * @return 0, or -1
     */
    public static native int munmap(long address, long length);

    /**
     * madvise(2).
     *
     * @param address page-aligned
     * @param length bytes
     * @param advice MADV_*
     * @return 0, or -1
     */
    public static native int madvise(long address, long length, int advice);

    /**
     * open(2); the mode parameter is needed only to create.
     *
     * @param path address of the NUL-terminated path
     * @param flags O_*
     * @return the descriptor, or -1
     */
    public static native int open(long path, int flags);

    /**
     * preadv2(2).
     *
     * @param fd a file, pipe or socket
     * @param vectors address of an array of {@link IovecLayout}
     * @param count its length
     * @param offset in the file; -1 for its position
     * @param flags RWF_*
     * @return bytes read
     */
    public static native long preadv2(int fd, long vectors, int count, long offset, int flags);

    /**
     * pwritev2(2).
     *
     * @param fd a file, pipe or socket
     * @param vectors address of an array of {@link IovecLayout}
     * @param count its length
     * @param offset in the file; -1 for its position
     * @param flags RWF_*
     * @return bytes written
     */
    public static native long pwritev2(int fd, long vectors, int count, long offset, int flags);

    /**
     * vmsplice(2): puts pages of memory into a pipe, the pages themselves.
     *
     * @param fd of the write end
     * @param vectors address of an array of {@link IovecLayout}
     * @param count its length
     * @param flags SPLICE_F_*
     * @return bytes put there, or -1
     */
    public static native long vmsplice(int fd, long vectors, long count, int flags);

    /**
     * tee(2): puts what is in one pipe into another, too.
     *
     * @param fdIn of the one's read end
     * @param fdOut of the other's write end
     * @param length bytes
     * @param flags SPLICE_F_*
     * @return bytes put there, or -1
     */
    public static native long tee(int fdIn, int fdOut, long length, int flags);

    /**
     * inotify_init1(2).
     *
     * @param flags O_NONBLOCK, O_CLOEXEC
     * @return the descriptor, or -1
     */
    public static native int inotify_init1(int flags);

    /**
     * inotify_add_watch(2).
     *
     * @param fd an inotify instance
     * @param path address of the NUL-terminated path
     * @param mask IN_*
     * @return the watch descriptor, or -1
     */
    public static native int inotify_add_watch(int fd, long path, int mask);

    /**
     * inotify_rm_watch(2).
     *
     * @param fd an inotify instance
     * @param watch a watch descriptor
     * @return 0, or -1
     */
    public static native int inotify_rm_watch(int fd, int watch);

    /**
     * eventfd(2).
     *
     * @param initial value of the counter
     * @param flags EFD_*
     * @return the descriptor, or -1
     */
    public static native int eventfd(int initial, int flags);

    /**
     * pipe2(2).
     *
     * @param fds address of two ints: read end, write end
     * @param flags O_CLOEXEC, O_NONBLOCK
     * @return 0, or -1
     */
    public static native int pipe2(long fds, int flags);

    /**
     * posix_fadvise(2). Unlike the others it returns the error number.
     *
     * @param fd a descriptor
     * @param offset first byte
     * @param length bytes, 0 up to the end
     * @param advice POSIX_FADV_*
     * @return 0, or a positive error number
     */
    public static native int posix_fadvise(int fd, long offset, long length, int advice);

    /**
     * getrlimit(2).
     *
     * @param resource RLIMIT_*
     * @param rlimit address of two longs: soft, hard
     * @return 0, or -1
     */
    public static native int getrlimit(int resource, long rlimit);

    /**
     * setrlimit(2).
     *
     * @param resource RLIMIT_*
     * @param rlimit address of two longs: soft, hard
     * @return 0, or -1
     */
    public static native int setrlimit(int resource, long rlimit);

    /**
     * socket(2).
     *
     * @param domain AF_*
     * @param type SOCK_*
     * @param protocol 0
     * @return the descriptor, or -1
     */
    public static native int socket(int domain, int type, int protocol);

    /**
     * socketpair(2).
     *
     * @param domain AF_UNIX
     * @param type SOCK_*
     * @param protocol 0
     * @param fds address of two ints
     * @return 0, or -1
     */
    public static native int socketpair(int domain, int type, int protocol, long fds);

    /**
     * bind(2).
     *
     * @param fd a socket
     * @param address of the socket address
     * @param length bytes of the socket address
     * @return 0, or -1
     */
    public static native int bind(int fd, long address, int length);

    /**
     * listen(2).
     *
     * @param fd a socket
     * @param backlog connections that may wait
     * @return 0, or -1
     */
    public static native int listen(int fd, int backlog);

    /**
     * syscall(2). It is variadic and takes every argument from a whole register: hence long, whatever the call has.
     *
     * @param number of the system call
     * @param first argument
     * @param second argument, 0 if the call has none
     * @param third argument, 0 if the call has none
     * @param fourth argument, 0 if the call has none
     * @param fifth argument, 0 if the call has none
     * @param sixth argument, 0 if the call has none
     * @return depends on the call, or -1
     */
    public static native long syscall(
            long number, long first, long second, long third, long fourth, long fifth, long sixth);

    /**
     * As {@link #syscall(long, long, long, long, long, long, long)}, of a call that has no more parameters: of those that it had, the
     * kernel would see whatever is in their registers.
     *
     * @param number of the system call
     * @param first argument
     * @param second argument, 0 if the call has none
     * @param third argument, 0 if the call has none
     * @param fourth argument, 0 if the call has none
     * @return depends on the call, or -1
     */
    public static native long syscall(long number, long first, long second, long third, long fourth);
}
