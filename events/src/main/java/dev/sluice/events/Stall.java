// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events;

/**
 * What held up the loop for longer than {@link EventQueueOptions#stallThresholdNs()}: a turn, and the longest of its handlers; or an enter of
 * the ring that was not to wait, or did other things in place of it, and what was submitted with it.
 *
 * <p>Where {@code handlerNs} of a turn is far below {@code turnNs}, no single handler is to blame: there were many, or the time went between
 * them. What an enter does may also belong to what was submitted before.
 *
 * @param container path of the container that was charged for the handler, or whose operation was the last that the enter submitted;
 *     empty if it submitted none
 * @param handler name of the class of the event's attachment, {@code null} in letters if there was none; of an enter the operation,
 *     and where in the kernel the thread was blocked, if that is known: {@code io_uring_enter(CLOSE) in submit_bio_wait}
 * @param handlerNs how long the handler ran, or the enter worked or was blocked, in nanoseconds
 * @param turnNs how long the turn took, waiting apart, or the whole enter, in nanoseconds
 */
public record Stall(String container, String handler, long handlerNs, long turnNs) {}
