// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.disk;

/**
 * How much may be with the kernel; each as in {@code dev.sluice.aio.AsyncIoOptions}.
 *
 * @param readWindow operations in flight at a disk, at most
 * @param readLatencyTargetNs what a read may take on average; 0 keeps the window at its width
 * @param openWindow how many opens, stats and operations on names wait for a disk together
 * @param openReserved how many of these are kept for high bands
 */
public record AdmissionLimits(int readWindow, long readLatencyTargetNs, int openWindow, int openReserved) {
    /**
     * Reads believed to be cached that were not, after which none goes past the window where the kernel does not tell what is cached:
     * before Linux 6.5, and since 6.13 of files that the process neither owns nor may write.
     */
    public static final int SURPRISE_BUDGET = 4;

    /** Kernel workers that wait for a disk at a time: for opens, for transfers and for closes. */
    public int mostWorkers() {
        return 3 * openWindow;
    }
}
