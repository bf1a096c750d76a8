// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import dev.sluice.aio.memory.Block;
import dev.sluice.containers.ResourceContainer;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A block of a {@link BufferArena} or of {@link ReceiveBuffers} that somebody has.
 *
 * @param holder for whom, null if that was not said
 * @param heldNs since when, in nanoseconds, by the clock of the queue, which moves from event to event
 * @param capacityBytes its size
 * @param inFlight whether an operation uses it; else it is the holder's to release
 */
public record HeldBuffer(@Nullable ResourceContainer holder, long heldNs, int capacityBytes, boolean inFlight) {
    static List<HeldBuffer> longest(Stream<Block> blocks, long nowNs, int most) {
        return blocks.filter(Block::isHeld)
                .map(block -> new HeldBuffer(
                        block.holder(), nowNs - block.leasedNs(), block.capacityBytes(), block.isInFlight()))
                .sorted(Comparator.comparingLong(HeldBuffer::heldNs).reversed())
                .limit(most)
                .toList();
    }
}
