// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.process;

import dev.sluice.uring.linux.Errno;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** A system call of a job failed. */
public final class ErrnoException extends FileSystemException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    public ErrnoException(String call, String path, int errno) {
        super(path, null, Errno.describe(call, path, errno));
        this.errno = errno;
    }

    public int errno() {
        return errno;
    }

    /** The error that a job is said to have ended with. */
    public static int errnoOf(Throwable failure) {
        if (failure instanceof ErrnoException verdict) {
            return verdict.errno;
        }
        if (failure instanceof NoSuchFileException || failure instanceof UnknownHostException) {
            return Errno.ENOENT;
        }
        if (failure instanceof AccessDeniedException) {
            return Errno.EACCES;
        }
        if (failure instanceof NotDirectoryException) {
            return Errno.ENOTDIR;
        }
        return failure instanceof FileSystemLoopException ? Errno.ELOOP : Errno.EIO;
    }
}
