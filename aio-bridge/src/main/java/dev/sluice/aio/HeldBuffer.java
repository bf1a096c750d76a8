package dev.sluice.aio;

import dev.sluice.containers.ResourceContainer;

/**
 * A block of a {@link BufferArena} or of {@link ReceiveBuffers} that somebody has.
 *
 * @param holder for whom, null if that was not said
 * @param heldNs since when, in nanoseconds, by the clock of the queue, which moves from event to event
 * @param capacityBytes its size
 * @param inFlight whether an operation uses it; else it is the holder's to release
 */
public record HeldBuffer(ResourceContainer holder, long heldNs, int capacityBytes, boolean inFlight) {}
