package dev.sluice.aio;

import dev.sluice.uring.Errno;
import java.nio.file.FileSystemException;

/** A system call of a job failed. */
final class ErrnoException extends FileSystemException {
    private static final long serialVersionUID = 1L;

    final int errno;

    ErrnoException(String call, String path, int errno) {
        super(path, null, Errno.describe(call, path, errno));
        this.errno = errno;
    }
}
