// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/**
 * The kernel's error numbers, positive. A completion or a call of this package carries them negated.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/errno.3.html">errno(3)</a>
 */
public final class Errno {

    /** Not permitted, for a reason other than the file's mode. */
    public static final int EPERM = 1;

    /** A component of the path does not exist. */
    public static final int ENOENT = 2;

    /** Interrupted by a signal. */
    public static final int EINTR = 4;

    /** The device failed. */
    public static final int EIO = 5;

    /** No such device, or a ring that is going away. */
    public static final int ENXIO = 6;

    /** More than there may be. */
    public static final int E2BIG = 7;

    /** Not an open descriptor, or not open for this use. */
    public static final int EBADF = 9;

    /** Not now: it would wait, or resources are short. */
    public static final int EAGAIN = 11;

    /** The kernel has no memory, or may not lock more for this process. */
    public static final int ENOMEM = 12;

    /** The file's mode or a parent's denies it. */
    public static final int EACCES = 13;

    /** An address outside this process's memory. */
    public static final int EFAULT = 14;

    /** In use; of a ring: overflowed completions must be drained first. */
    public static final int EBUSY = 16;

    /** Exists already; of a ring: another thread is its single issuer. */
    public static final int EEXIST = 17;

    /** The walk would leave the tree it must stay in, or another file system. */
    public static final int EXDEV = 18;

    /** A component of the path is not a directory. */
    public static final int ENOTDIR = 20;

    /** It is a directory. */
    public static final int EISDIR = 21;

    /** An argument or flag this kernel does not accept. */
    public static final int EINVAL = 22;

    /** The system's limit of open files. */
    public static final int ENFILE = 23;

    /** This process's limit of open files, RLIMIT_NOFILE. */
    public static final int EMFILE = 24;

    /** Beyond the largest size of a file. */
    public static final int EFBIG = 27;

    /** No space on the device. */
    public static final int ENOSPC = 28;

    /** A pipe or socket, which has no offsets. */
    public static final int ESPIPE = 29;

    /** A read-only file system. */
    public static final int EROFS = 30;

    /** Too many links to one file. */
    public static final int EMLINK = 31;

    /** The reading side is gone. */
    public static final int EPIPE = 32;

    /** Out of range. */
    public static final int ERANGE = 34;

    /** A path or a component of it is too long. */
    public static final int ENAMETOOLONG = 36;

    /** This kernel has no such system call, or a filter hides it. */
    public static final int ENOSYS = 38;

    /** The directory is not empty. */
    public static final int ENOTEMPTY = 39;

    /** Too many symbolic links, or one where none may be. */
    public static final int ELOOP = 40;

    /** Of a ring: a completion was lost. */
    public static final int EBADR = 53;

    /** There is no such data. */
    public static final int ENODATA = 61;

    /** The time of a timeout is over. */
    public static final int ETIME = 62;

    /** The peer broke the protocol. */
    public static final int EPROTO = 71;

    /** Value too large, or no room in a full queue. */
    public static final int EOVERFLOW = 75;

    /** Of a ring: it is not enabled. */
    public static final int EBADFD = 77;

    /** Not a socket. */
    public static final int ENOTSOCK = 88;

    /** A socket of another type. */
    public static final int EPROTOTYPE = 91;

    /** Not for this kind of descriptor or in this kernel. */
    public static final int EOPNOTSUPP = 95;

    /** The local address is in use. */
    public static final int EADDRINUSE = 98;

    /** Not a local address. */
    public static final int EADDRNOTAVAIL = 99;

    /** No route to the network. */
    public static final int ENETUNREACH = 101;

    /** The connection was gone before it was accepted. */
    public static final int ECONNABORTED = 103;

    /** The peer reset the connection. */
    public static final int ECONNRESET = 104;

    /** No buffer space. */
    public static final int ENOBUFS = 105;

    /** Connected already. */
    public static final int EISCONN = 106;

    /** Not connected. */
    public static final int ENOTCONN = 107;

    /** The peer did not answer in time. */
    public static final int ETIMEDOUT = 110;

    /** Nobody listens at the address. */
    public static final int ECONNREFUSED = 111;

    /** No route to the host. */
    public static final int EHOSTUNREACH = 113;

    /** Too late: the operation is being carried out already. */
    public static final int EALREADY = 114;

    /** Under way. */
    public static final int EINPROGRESS = 115;

    /** The quota of the user is used up. */
    public static final int EDQUOT = 122;

    /** The operation was cancelled. */
    public static final int ECANCELED = 125;

    /**
     * Not of the kernel, whose numbers end below: an operation that a worker of the kernel was to carry out was never begun, since no thread
     * could be had for one (pids.max of the control group, RLIMIT_NPROC). The kernel says ECANCELED, as of what somebody has cancelled.
     */
    public static final int ENOWORKER = 4096;

    /** Names by number, from 1; a dash where Linux has no such number. */
    private static final String[] NAMES =
            ("EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT "
                            + "ENOTBLK EBUSY EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG "
                            + "ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE EDEADLK ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY ELOOP "
                            + "- ENOMSG EIDRM ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG EUNATCH ENOCSI EL2HLT EBADE EBADR EXFULL "
                            + "ENOANO EBADRQC EBADSLT - EBFONT ENOSTR ENODATA ETIME ENOSR ENONET ENOPKG EREMOTE ENOLINK EADV "
                            + "ESRMNT ECOMM EPROTO EMULTIHOP EDOTDOT EBADMSG EOVERFLOW ENOTUNIQ EBADFD EREMCHG ELIBACC ELIBBAD "
                            + "ELIBSCN ELIBMAX ELIBEXEC EILSEQ ERESTART ESTRPIPE EUSERS ENOTSOCK EDESTADDRREQ EMSGSIZE "
                            + "EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT ESOCKTNOSUPPORT EOPNOTSUPP EPFNOSUPPORT EAFNOSUPPORT "
                            + "EADDRINUSE EADDRNOTAVAIL ENETDOWN ENETUNREACH ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN "
                            + "ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT ECONNREFUSED EHOSTDOWN EHOSTUNREACH EALREADY "
                            + "EINPROGRESS ESTALE EUCLEAN ENOTNAM ENAVAIL EISNAM EREMOTEIO EDQUOT ENOMEDIUM EMEDIUMTYPE "
                            + "ECANCELED ENOKEY EKEYEXPIRED EKEYREVOKED EKEYREJECTED EOWNERDEAD ENOTRECOVERABLE ERFKILL "
                            + "EHWPOISON")
                    .split(" ");

    private Errno() {}

    /**
     * The kernel's name of an error number.
     *
     * @param errno a positive error number
     * @return for example {@code ENOENT}; {@code errno 4711} if Linux has no such number
     */
    public static String name(int errno) {
        if (errno == ENOWORKER) {
            return "ENOWORKER";
        }
        if (errno < 1 || errno > NAMES.length || NAMES[errno - 1].equals("-")) {
            return "errno " + errno;
        }
        return NAMES[errno - 1];
    }

    /**
     * What was tried, on what, and how the kernel answered.
     *
     * @param operation the system call, for example {@code openat}
     * @param target a path, or another description of the object
     * @param errno a positive error number
     * @return for example {@code openat("/srv/a.html") failed: EACCES (13)}
     */
    public static String describe(String operation, String target, int errno) {
        return operation + "(\"" + target + "\") " + failed(errno);
    }

    /**
     * How the kernel answered, to stand behind what was tried.
     *
     * @param errno a positive error number
     * @return for example {@code failed: EACCES (13)}
     */
    public static String failed(int errno) {
        return "failed: " + name(errno) + " (" + errno + ")";
    }

    /**
     * The exception the JDK would throw for the same failure of a path operation. Its message holds {@link #describe}.
     *
     * @param operation the system call
     * @param path what it was called on
     * @param errno a positive error number
     * @return a {@link NoSuchFileException}, {@link AccessDeniedException}, {@link FileAlreadyExistsException},
     *     {@link DirectoryNotEmptyException} (whose message is the path alone), or a plain {@link FileSystemException}
     */
    public static IOException toIOException(String operation, String path, int errno) {
        final String reason = describe(operation, path, errno);
        return switch (errno) {
            case ENOENT -> new NoSuchFileException(path, null, reason);
            case EACCES, EPERM -> new AccessDeniedException(path, null, reason);
            case EEXIST -> new FileAlreadyExistsException(path, null, reason);
            case ENOTEMPTY -> new DirectoryNotEmptyException(path);
            default -> new FileSystemException(path, null, reason);
        };
    }

    /**
     * For calls whose failure is a programming error or an exhausted system.
     *
     * @param call what was tried, with its arguments
     * @param errno a positive error number
     * @return an exception to be thrown, for example {@code eventfd2() failed: EMFILE (24)}
     */
    public static UncheckedIOException unchecked(String call, int errno) {
        return new UncheckedIOException(new IOException(call + " " + failed(errno)));
    }
}
