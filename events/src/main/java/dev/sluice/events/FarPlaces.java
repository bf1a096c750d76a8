package dev.sluice.events;

import java.util.Arrays;

/**
 * The containers of a band that wait beyond the last bucket of its {@link BandWheel}: a binary heap by bucket, and within
 * one by arrival. Each knows its place in here, so that it can leave.
 */
final class FarPlaces {
    private static final int FIRST_CAPACITY = 16;

    /** {@link ContainerQueue#bucket} of what is at index 0; further ones count down. */
    private static final int FIRST = ContainerQueue.NOT_WAITING - 1;

    private ContainerQueue[] places = new ContainerQueue[FIRST_CAPACITY];
    private long[] arrivals = new long[FIRST_CAPACITY];
    private int size;
    private long arrived;

    boolean isEmpty() {
        return size == 0;
    }

    /** The one whose turn comes first; there must be one. */
    ContainerQueue first() {
        return places[0];
    }

    void add(ContainerQueue place) {
        if (size == places.length) {
            places = Arrays.copyOf(places, size * 2);
            arrivals = Arrays.copyOf(arrivals, size * 2);
        }
        siftUp(size++, place, arrived++);
    }

    void remove(ContainerQueue place) {
        final int index = FIRST - place.bucket;
        place.bucket = ContainerQueue.NOT_WAITING;
        final ContainerQueue last = places[--size];
        places[size] = null;
        if (last != place) {
            final long arrival = arrivals[size];
            siftDown(index, last, arrival);
            if (places[index] == last) {
                siftUp(index, last, arrival);
            }
        }
    }

    private void siftUp(int from, ContainerQueue place, long arrival) {
        int index = from;
        while (index > 0) {
            final int parent = (index - 1) >>> 1;
            if (!goesBefore(place, arrival, parent)) {
                break;
            }
            put(index, places[parent], arrivals[parent]);
            index = parent;
        }
        put(index, place, arrival);
    }

    private void siftDown(int from, ContainerQueue place, long arrival) {
        int index = from;
        while (true) {
            int child = 2 * index + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && goesBefore(places[child + 1], arrivals[child + 1], child)) {
                child++;
            }
            if (goesBefore(place, arrival, child)) {
                break;
            }
            put(index, places[child], arrivals[child]);
            index = child;
        }
        put(index, place, arrival);
    }

    private void put(int index, ContainerQueue place, long arrival) {
        places[index] = place;
        arrivals[index] = arrival;
        place.bucket = FIRST - index;
    }

    private boolean goesBefore(ContainerQueue place, long arrival, int other) {
        final long further = bucketOf(places[other]) - bucketOf(place);
        return further == 0L ? arrival < arrivals[other] : further > 0L;
    }

    private static long bucketOf(ContainerQueue place) {
        return place.virtualTime & -(1L << BandWheel.BUCKET_SHIFT);
    }
}
