package dev.sluice.uring;

/**
 * This process cannot have an io_uring. The message names the likely cause and the remedy: the sysctl kernel.io_uring_disabled, a seccomp
 * profile, RLIMIT_MEMLOCK, an old kernel, or a temporary folder from which JNA may not load its library.
 */
public final class RingUnavailableException extends RingException {

    private static final long serialVersionUID = 1L;

    RingUnavailableException(String message, int errno) {
        super(message, errno);
    }

    RingUnavailableException(String message, Throwable cause) {
        super(message, 0, cause);
    }
}
