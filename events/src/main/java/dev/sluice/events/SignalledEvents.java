package dev.sluice.events;

import dev.sluice.containers.Priority;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.containers.SchedulerBinding;

/**
 * SIGNALLED_EVENTS: 64 lanes, one for each band of priority. A lane is the circle of containers that have something
 * pending; they take turns, one event each, and a container's own events leave in the order they came.
 *
 * <p>Every step costs the same however many descriptors are declared or events are pending.
 *
 * @see "Banga, Druschel, Mogul 1998, section 4.2: the SIGNALLED_EVENTS set"
 */
final class SignalledEvents {
    private final ContainerQueue[] lanes = new ContainerQueue[Priority.BANDS];
    private final int[] liveByBand = new int[Priority.BANDS];

    /** A bit for each lane that has something pending. */
    private long occupied;

    /** A bit for each band whose containers hold table slots. */
    private long liveBands;

    private int size;
    private boolean closed;

    /** Returns the container's place, made at its first use. */
    ContainerQueue placeOf(ResourceContainer container) {
        final SchedulerBinding binding = container.scheduler();
        if (binding instanceof ContainerQueue place) {
            if (place.owner == this) {
                return place;
            }
            if (place.owner.closed) {
                container.bindScheduler(null);
            }
        }
        final ContainerQueue place = new ContainerQueue(this, container);
        container.bindScheduler(place);
        return place;
    }

    /** Appends {@code signal} to its container's FIFO; it must not be queued. */
    void add(Signal signal) {
        final ContainerQueue place = signal.place;
        if (place.head == null) {
            enterLane(place);
        }
        place.append(signal);
        signal.queued = true;
        size++;
    }

    /** Takes {@code signal} out undelivered. */
    void remove(Signal signal) {
        final ContainerQueue place = signal.place;
        place.unlink(signal);
        signal.queued = false;
        size--;
        if (place.head == null) {
            leaveLane(place);
        }
    }

    /** Takes the event that ranks highest, or returns null if none has {@code minPriority} or more. */
    Signal take(int minPriority) {
        if (!hasAtLeast(minPriority)) {
            return null;
        }
        final int band = highestBand();
        final ContainerQueue place = lanes[band];
        final Signal signal = place.head;
        place.unlink(signal);
        signal.queued = false;
        size--;
        if (place.head == null) {
            leaveLane(place);
        } else {
            lanes[band] = place.nextInLane; // its turn is over
        }
        return signal;
    }

    boolean hasAtLeast(int minPriority) {
        return occupied >>> minPriority != 0L;
    }

    /** Returns the highest band with something pending, or -1. */
    int highestBand() {
        return Long.SIZE - 1 - Long.numberOfLeadingZeros(occupied);
    }

    /** Tells whether something that is under way could signal above every pending event. */
    boolean moreUrgentMayArrive() {
        return Long.numberOfLeadingZeros(liveBands) < Long.numberOfLeadingZeros(occupied);
    }

    int size() {
        return size;
    }

    /** The container of {@code place} holds one more table slot. */
    void slotTaken(ContainerQueue place) {
        place.live++;
        countLive(place.band, 1);
    }

    /** The container of {@code place} holds one table slot less. */
    void slotFreed(ContainerQueue place) {
        place.live--;
        countLive(place.band, -1);
    }

    void moveToBand(ContainerQueue place, int band) {
        if (place.live > 0) {
            countLive(place.band, -place.live);
            countLive(band, place.live);
        }
        if (place.head == null) {
            place.band = band;
            return;
        }
        leaveLane(place);
        place.band = band;
        enterLane(place);
    }

    /** From now on another queue may serve the containers. */
    void close() {
        closed = true;
    }

    private void countLive(int band, int change) {
        liveByBand[band] += change;
        if (liveByBand[band] == 0) {
            liveBands &= ~(1L << band);
        } else {
            liveBands |= 1L << band;
        }
    }

    private void enterLane(ContainerQueue place) {
        final ContainerQueue first = lanes[place.band];
        if (first == null) {
            place.nextInLane = place;
            place.previousInLane = place;
            lanes[place.band] = place;
            occupied |= 1L << place.band;
            return;
        }
        place.nextInLane = first;
        place.previousInLane = first.previousInLane;
        first.previousInLane.nextInLane = place;
        first.previousInLane = place;
    }

    private void leaveLane(ContainerQueue place) {
        if (place.nextInLane == place) {
            lanes[place.band] = null;
            occupied &= ~(1L << place.band);
        } else {
            place.previousInLane.nextInLane = place.nextInLane;
            place.nextInLane.previousInLane = place.previousInLane;
            if (lanes[place.band] == place) {
                lanes[place.band] = place.nextInLane;
            }
        }
        place.nextInLane = null;
        place.previousInLane = null;
    }
}
