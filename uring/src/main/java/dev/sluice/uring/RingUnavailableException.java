// SPDX-License-Identifier: Apache-2.0
package dev.sluice.uring;

/**
 * This process cannot have an io_uring. The message names the likely cause and the remedy: the sysctl kernel.io_uring_disabled, a seccomp
 * profile, RLIMIT_MEMLOCK, an old kernel, or a temporary folder from which JNA may not load its library.
 */
public final class RingUnavailableException extends RingException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was tried, the likely cause and what helps
     * @param errno positive {@link dev.sluice.uring.linux.Errno}, or 0 if no system call failed
     */
    public RingUnavailableException(String message, int errno) {
        super(message, errno);
    }

    /**
     * Creates the exception with a cause that is no system call's.
     *
     * @param message what was tried, the likely cause and what helps
     * @param cause what was caught
     */
    public RingUnavailableException(String message, Throwable cause) {
        super(message, 0, cause);
    }
}
