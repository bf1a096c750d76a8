// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

import dev.sluice.uring.linux.Errno;

/** The ring itself failed, not one operation on it: an operation's error is the result in its completion. */
public class RingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The error number, positive; 0 if no system call failed. */
    private final int errno;

    /**
     * Creates the exception.
     *
     * @param message what was tried, the errno in words, what it means and what helps
     * @param errno positive {@link Errno}, or 0 if no system call failed
     */
    public RingException(String message, int errno) {
        super(message);
        this.errno = errno;
    }

    /**
     * Creates the exception with a cause.
     *
     * @param message what was tried, what it means and what helps
     * @param errno positive {@link Errno}, or 0 if no system call failed
     * @param cause what was caught
     */
    public RingException(String message, int errno, Throwable cause) {
        super(message, cause);
        this.errno = errno;
    }

    /**
     * The kernel's verdict.
     *
     * @return a positive {@link Errno}, or 0 if no system call failed
     */
    public final int errno() {
        return errno;
    }
}
