package dev.sluice.events;

/**
 * A turn that took longer than {@link EventQueueOptions#stallThresholdNs()}, and the longest of its handlers. Where
 * {@code handlerNs} is far below {@code turnNs}, no single handler is to blame: there were many, or the time went between
 * them.
 *
 * @param container path of the container that was charged for the handler
 * @param handler name of the class of the event's attachment; {@code null} in letters if there was none
 * @param handlerNs how long the handler ran, in nanoseconds
 * @param turnNs how long the turn took, waiting apart, in nanoseconds
 */
public record Stall(String container, String handler, long handlerNs, long turnNs) {}
