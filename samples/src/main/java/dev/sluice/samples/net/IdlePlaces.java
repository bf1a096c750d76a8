// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.net;

/** Those of one class who are idle, the longest first. */
final class IdlePlaces {
    /** Who has become idle anew within this time stays where he is: nobody's neighbours are touched for each request. */
    private static final long GRAIN_NS = 100_000_000L;

    private Place first;
    private Place last;

    /** Returns who has been idle longest, give or take a tenth of a second, or null. */
    Place first() {
        while (first != null && !first.isIdle()) {
            remove(first);
        }
        return first;
    }

    /** He has become idle, and may stand here from before. */
    void add(Place place) {
        if (place.inLine && place.idleSinceNs - place.inLineSinceNs < GRAIN_NS) {
            return;
        }
        remove(place);
        place.inLine = true;
        place.inLineSinceNs = place.idleSinceNs;
        place.previous = last;
        place.next = null;
        if (last == null) {
            first = place;
        } else {
            last.next = place;
        }
        last = place;
    }

    /** Does nothing if he is not here. */
    void remove(Place place) {
        if (!place.inLine) {
            return;
        }
        place.inLine = false;
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
