// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.turns;

/** A turn, or an enter of the ring, that took longer than it may, and who is to blame; in the words of {@code Stall}. */
public record SlowTurn(String container, String handler, long handlerNs, long turnNs) {}
