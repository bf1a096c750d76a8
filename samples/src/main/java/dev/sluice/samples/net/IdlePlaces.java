// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.net;

/** Those of one class who are idle, the longest first. */
final class IdlePlaces {
    private Place first;
    private Place last;

    /** Returns who has been idle longest, or null. */
    Place first() {
        return first;
    }

    void add(Place place) {
        place.previous = last;
        place.next = null;
        if (last == null) {
            first = place;
        } else {
            last.next = place;
        }
        last = place;
    }

    void remove(Place place) {
        if (place.previous == null) {
            first = place.next;
        } else {
            place.previous.next = place.next;
        }
        if (place.next == null) {
            last = place.previous;
        } else {
            place.next.previous = place.previous;
        }
        place.previous = null;
        place.next = null;
    }
}
