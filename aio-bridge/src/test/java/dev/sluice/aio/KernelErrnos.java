// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.uring.Opcode;
import dev.sluice.uring.linux.Errno;
import java.util.ArrayList;
import java.util.List;

/**
 * With which errors the kernel's operations can fail: what the ERRORS of the man page of each call name, and after the bar what comes
 * from the layers below it (a disk, TCP) or from the ring. {@code EFAULT} is left out: no pointer here is the application's.
 */
final class KernelErrnos {
    private static final int LAST = 133;

    private static final String LOOKUP = "EACCES EBADF ELOOP ENAMETOOLONG ENOENT ENOMEM ENOTDIR | EIO ECANCELED ";
    private static final String CHANGE = LOOKUP + "EDQUOT EEXIST ENOSPC EPERM EROFS ";

    private KernelErrnos() {}

    static int[] of(int opcode) {
        return numbers(
                switch (opcode) {
                    case Opcode.OPENAT2 ->
                        CHANGE
                                + "E2BIG EAGAIN EBUSY EFBIG EINTR EINVAL EISDIR EMFILE ENFILE ENODEV ENXIO EOPNOTSUPP"
                                + " EOVERFLOW ETXTBSY EXDEV";
                    case Opcode.STATX -> LOOKUP + "EINVAL";
                    case Opcode.RENAMEAT -> CHANGE + "EBUSY EINVAL EISDIR EMLINK ENOTEMPTY EXDEV";
                    case Opcode.LINKAT -> CHANGE + "EINVAL EMLINK EXDEV";
                    case Opcode.SYMLINKAT -> CHANGE;
                    case Opcode.MKDIRAT -> CHANGE + "EINVAL EMLINK";
                    case Opcode.UNLINKAT -> LOOKUP + "EBUSY EEXIST EINVAL EISDIR ENOTEMPTY EPERM EROFS";
                    case Opcode.GETXATTR -> LOOKUP + "E2BIG ENODATA EOPNOTSUPP EPERM ERANGE";
                    case Opcode.SETXATTR -> CHANGE + "E2BIG ENODATA EOPNOTSUPP EINVAL ERANGE";
                    case Opcode.READ, Opcode.READV ->
                        "EAGAIN EBADF EINTR EINVAL EIO EISDIR ENXIO EOVERFLOW ESPIPE | ENOMEM ECANCELED";
                    case Opcode.WRITE, Opcode.WRITEV ->
                        "EAGAIN EBADF EDESTADDRREQ EDQUOT EFBIG EINTR EINVAL EIO ENOSPC ENXIO EOVERFLOW EPERM EPIPE"
                                + " ESPIPE | ENOMEM EROFS ECANCELED";
                    case Opcode.FSYNC -> "EBADF EDQUOT EINTR EINVAL EIO ENOSPC EROFS | ECANCELED";
                    case Opcode.FALLOCATE ->
                        "EBADF EFBIG EINTR EINVAL EIO ENODEV ENOSPC ENOSYS EOPNOTSUPP EPERM ESPIPE ETXTBSY | EDQUOT"
                                + " EROFS ECANCELED";
                    case Opcode.FTRUNCATE ->
                        "EBADF EFBIG EINTR EINVAL EIO EPERM EROFS ETXTBSY | EDQUOT ENOSPC ECANCELED";
                    case Opcode.FADVISE -> "EBADF EINVAL ESPIPE | ECANCELED";
                    case Opcode.CLOSE -> "EBADF EDQUOT EINTR EIO ENOSPC";
                    case Opcode.SEND ->
                        "EACCES EAGAIN EALREADY EBADF ECONNRESET EDESTADDRREQ EINTR EINVAL EISCONN EMSGSIZE ENOBUFS"
                                + " ENOMEM ENOTCONN ENOTSOCK EOPNOTSUPP EPIPE | ETIMEDOUT EHOSTUNREACH ENETUNREACH"
                                + " ECANCELED";
                    case Opcode.RECV ->
                        "EAGAIN EBADF ECONNREFUSED EINTR EINVAL ENOMEM ENOTCONN ENOTSOCK | ECONNRESET ETIMEDOUT"
                                + " EHOSTUNREACH ENETUNREACH ENOBUFS ECANCELED";
                    case Opcode.SHUTDOWN -> "EBADF EINVAL ENOTCONN ENOTSOCK";
                    case Opcode.CONNECT ->
                        "EACCES EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EAGAIN EALREADY EBADF ECONNREFUSED EINTR EISCONN"
                                + " ENETUNREACH ENOTSOCK EPERM EPROTOTYPE ETIMEDOUT | ECONNRESET EHOSTUNREACH ENOBUFS"
                                + " ENOMEM ECANCELED";
                    case Opcode.ACCEPT ->
                        "EBADF EMFILE ENFILE ENOBUFS ENOMEM ENOTSOCK EOPNOTSUPP EPERM | EHOSTUNREACH ENETDOWN"
                                + " ENETUNREACH EHOSTDOWN ENOPROTOOPT";
                    case Opcode.POLL_ADD -> "EBADF EINVAL ENOMEM";
                    default -> throw new IllegalArgumentException(Opcode.name(opcode));
                });
    }

    private static int[] numbers(String names) {
        final List<Integer> found = new ArrayList<>();
        for (final String name : names.replace("|", "").strip().split(" +", -1)) {
            found.add(numberOf(name));
        }
        return found.stream().mapToInt(Integer::intValue).toArray();
    }

    private static int numberOf(String name) {
        for (int errno = 1; errno <= LAST; errno++) {
            if (Errno.name(errno).equals(name)) {
                return errno;
            }
        }
        throw new IllegalArgumentException("no such error: " + name);
    }
}
