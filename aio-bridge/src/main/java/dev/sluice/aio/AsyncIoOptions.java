package dev.sluice.aio;

/**
 * How much an {@link AsyncIo} may have under way.
 *
 * @param arenaBytes the most memory for buffers, at least 256 KiB
 * @param readWindow reads that may be in flight on one block device; keep it below the device's {@code nr_requests}, or
 *     the submission of one more waits in the block layer
 * @param openWindow opens, stats and writes that may wait for the disk together, each on a kernel worker of its own: one
 *     more than the kernel has workers would wait in the order of arrival
 * @param openReserved how many of those are kept for bands of {@link dev.sluice.containers.Priority#HIGH} and above
 * @param surpriseBudget reads that were believed to be cached and were not, after which no read goes past the window
 * @param registeredBuffers whether the memory for buffers is registered with the ring, as far as RLIMIT_MEMLOCK allows: reads and
 *     writes of files are cheaper then, most of all with {@code O_DIRECT}, and the memory is pinned
 */
public record AsyncIoOptions(
        long arenaBytes,
        int readWindow,
        int openWindow,
        int openReserved,
        int surpriseBudget,
        boolean registeredBuffers) {
    /**
     * Checks the values.
     *
     * @param arenaBytes see {@link #arenaBytes()}
     * @param readWindow see {@link #readWindow()}
     * @param openWindow see {@link #openWindow()}
     * @param openReserved see {@link #openReserved()}
     * @param surpriseBudget see {@link #surpriseBudget()}
     * @param registeredBuffers see {@link #registeredBuffers()}
     * @throws IllegalArgumentException if one is out of range
     */
    public AsyncIoOptions {
        if (arenaBytes < BufferArena.MAX_BLOCK_BYTES) {
            throw new IllegalArgumentException(
                    "arenaBytes must be at least " + BufferArena.MAX_BLOCK_BYTES + ": arenaBytes=" + arenaBytes);
        }
        if (readWindow < 1) {
            throw new IllegalArgumentException("readWindow must be at least 1: readWindow=" + readWindow);
        }
        if (openReserved < 0 || openWindow <= openReserved) {
            throw new IllegalArgumentException("openWindow must be above openReserved, which must not be negative:"
                    + " openWindow=" + openWindow + ", openReserved=" + openReserved);
        }
        if (surpriseBudget < 0) {
            throw new IllegalArgumentException("surpriseBudget must not be negative: surpriseBudget=" + surpriseBudget);
        }
    }

    /**
     * 256 MiB of buffers, 32 reads for each device, 16 opens with a quarter of them kept for high bands, a budget of 4
     * surprises, registered buffers.
     *
     * @return the defaults
     */
    public static AsyncIoOptions defaults() {
        return new AsyncIoOptions(256L << 20, 32, 16, 4, 4, true);
    }

    /**
     * Changes the memory for buffers.
     *
     * @param bytes see {@link #arenaBytes()}
     * @return changed options
     * @throws IllegalArgumentException if it is out of range
     */
    public AsyncIoOptions withArenaBytes(long bytes) {
        return new AsyncIoOptions(bytes, readWindow, openWindow, openReserved, surpriseBudget, registeredBuffers);
    }

    /**
     * Changes the window of reads.
     *
     * @param window see {@link #readWindow()}
     * @return changed options
     * @throws IllegalArgumentException if it is out of range
     */
    public AsyncIoOptions withReadWindow(int window) {
        return new AsyncIoOptions(arenaBytes, window, openWindow, openReserved, surpriseBudget, registeredBuffers);
    }

    /**
     * Changes the window of opens.
     *
     * @param window see {@link #openWindow()}
     * @param reserved see {@link #openReserved()}
     * @return changed options
     * @throws IllegalArgumentException if one is out of range
     */
    public AsyncIoOptions withOpenWindow(int window, int reserved) {
        return new AsyncIoOptions(arenaBytes, readWindow, window, reserved, surpriseBudget, registeredBuffers);
    }

    /**
     * Changes whether buffers are registered.
     *
     * @param registered see {@link #registeredBuffers()}
     * @return changed options
     */
    public AsyncIoOptions withRegisteredBuffers(boolean registered) {
        return new AsyncIoOptions(arenaBytes, readWindow, openWindow, openReserved, surpriseBudget, registered);
    }
}
