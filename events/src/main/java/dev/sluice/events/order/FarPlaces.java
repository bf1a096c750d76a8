// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.order;

import java.util.Arrays;

/**
 * The containers of a band that wait beyond the last bucket of its {@link BandWheel}: a binary heap by bucket, and within
 * one by arrival. Each knows its place in here, so that it can leave.
 */
final class FarPlaces {
    /** {@link ContainerQueue#bucket} of what is at index 0; further ones count down. */
    private static final int FIRST = ContainerQueue.NOT_WAITING - 1;

    private final SegmentedArray<ContainerQueue> places = new SegmentedArray<>();

    /** In segments, too. */
    private long[][] arrivals = {new long[SegmentedArray.SEGMENT_LENGTH]};

    private int size;
    private long arrived;

    boolean isEmpty() {
        return size == 0;
    }

    /** The one whose turn comes first; there must be one. */
    ContainerQueue first() {
        return places.get(0);
    }

    void add(ContainerQueue place) {
        places.ensureCapacity(size + 1);
        final int segment = size >>> SegmentedArray.SEGMENT_BITS;
        if (segment == arrivals.length) {
            arrivals = Arrays.copyOf(arrivals, 2 * segment);
        }
        if (arrivals[segment] == null) {
            arrivals[segment] = new long[SegmentedArray.SEGMENT_LENGTH];
        }
        siftUp(size++, place, arrived++);
    }

    void remove(ContainerQueue place) {
        final int index = FIRST - place.bucket;
        place.bucket = ContainerQueue.NOT_WAITING;
        final ContainerQueue last = places.get(--size);
        places.set(size, null);
        if (last != place) {
            final long arrival = arrivalAt(size);
            siftDown(index, last, arrival);
            if (places.get(index) == last) {
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
            put(index, places.get(parent), arrivalAt(parent));
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
            if (child + 1 < size && goesBefore(places.get(child + 1), arrivalAt(child + 1), child)) {
                child++;
            }
            if (goesBefore(place, arrival, child)) {
                break;
            }
            put(index, places.get(child), arrivalAt(child));
            index = child;
        }
        put(index, place, arrival);
    }

    private void put(int index, ContainerQueue place, long arrival) {
        places.set(index, place);
        arrivals[index >>> SegmentedArray.SEGMENT_BITS][index & SegmentedArray.SEGMENT_MASK] = arrival;
        place.bucket = FIRST - index;
    }

    private long arrivalAt(int index) {
        return arrivals[index >>> SegmentedArray.SEGMENT_BITS][index & SegmentedArray.SEGMENT_MASK];
    }

    private boolean goesBefore(ContainerQueue place, long arrival, int other) {
        final long further = bucketOf(places.get(other)) - bucketOf(place);
        return further == 0L ? arrival < arrivalAt(other) : further > 0L;
    }

    private static long bucketOf(ContainerQueue place) {
        return place.virtualTime & -(1L << BandWheel.BUCKET_SHIFT);
    }
}
