/**
 * The test kit: rings without a kernel, for tests of what stands on a ring. Handlers, queues and servers run on them as on the kernel's, without
 * descriptors, threads or real time:
 *
 * <pre>{@code
 * SimulatedRing ring = new SimulatedRing(seed, 64, 256, SimulatedFaults.NONE);
 * ring.enable();
 * int[] ends = ring.host().streamPair();
 * ring.tryClaim().prepPollAdd(ends[0], PollMask.POLLIN).userData(1L);
 * ring.after(5_000_000L, () -> ring.host().write(ends[1], new byte[] {'x'}));
 * ring.submitAndWait(1, -1L); // returns at once, with the ring's clock 5 ms on
 * }</pre>
 *
 * <p>{@link dev.sluice.uring.simulated.SimulatedRing} knows most operations, and is told by
 * {@link dev.sluice.uring.simulated.SimulatedFaults} what goes wrong and how long it takes, and by
 * {@link dev.sluice.uring.simulated.SimulatedHost} what other processes do. The same seed and the same calls give the same completions:
 * whoever prints the seed can replay a failure. {@link dev.sluice.uring.simulated.MemoryRing} knows polls only, and is for measuring.
 *
 * <p>It is the module's artifact of type {@code test-jar}, for test scope.
 */
package dev.sluice.uring.simulated;
