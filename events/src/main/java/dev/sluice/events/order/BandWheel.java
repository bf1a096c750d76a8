// SPDX-License-Identifier: Apache-2.0
package dev.sluice.events.order;

/**
 * The containers of one band that have something pending, in the order of start-time fair queueing: the one that has
 * used least for its share comes first.
 *
 * <p>A container's virtual time is what it has used, in 1/1024 ns at a share of 1024; half the share, twice the time.
 * The wheel sorts it into 1024 buckets of 2<sup>24</sup> units, which is 16.4 us of handler time at a share of 1024.
 * <b>The order is exact between buckets; within a bucket it is first come, first served.</b> What lies beyond the last
 * bucket, 16.8 ms at that share, waits in a heap until its turn has come: {@link FarPlaces}.
 *
 * <p>Of those in the bucket that is served now, the ones that {@linkplain Signal#continues() go on} with something come before the ones that begin: what is
 * under way is completed while it is in the processor's caches, and no more of it is under way than need be. That costs nobody his share: who has
 * used a bucket's width more than the others lines up with them.
 *
 * <p>So every step costs the same however many containers are pending: two searches of a bitmap, and links within the
 * containers themselves; only for those with long handlers or small shares the logarithm of how many there are of them.
 * Nothing is allocated but the heap. Virtual times wrap: only differences are compared.
 *
 * <p>While the band has something to serve, its virtual time follows the container that is served: what one was ahead by is
 * paid when the others have used as much. While it has nothing, virtual time goes on by itself, as if one of the default share
 * were served: who was ahead then took the thread from nobody.
 *
 * @see "Goyal, Vin, Cheng 1996: Start-time Fair Queueing"
 */
final class BandWheel {
    static final int BUCKETS = 1024;

    /** A bucket's width, as a shift of virtual time. */
    static final int BUCKET_SHIFT = 24;

    /** The same at the default share, as a shift of nanoseconds. */
    private static final int BUCKET_NS_SHIFT = BUCKET_SHIFT - 10;

    /** The virtual time that the wheel spans. */
    static final long SPAN = (long) BUCKETS << BUCKET_SHIFT;

    /** No container is further ahead than this, 36 minutes of handler time at a share of 1: so differences do not wrap. */
    static final long MAX_LEAD = 1L << 61;

    private static final int INDEX_MASK = BUCKETS - 1;

    /** Behind the buckets: those of the first one that go on with something. */
    private static final int CONTINUING = BUCKETS;

    private final ContainerQueue[] heads = new ContainerQueue[BUCKETS + 1];
    private final ContainerQueue[] tails = new ContainerQueue[BUCKETS + 1];

    /** A bit for each bucket that is not empty. */
    private final long[] occupied = new long[BUCKETS / Long.SIZE];

    /** A bit for each word of {@link #occupied} that is not 0. */
    private long occupiedWords;

    /** Null until something lies beyond the last bucket. */
    private FarPlaces far;

    /** Something lies there now: asked at every step, so it is kept here and not over there. */
    private boolean someFar;

    /** Where the bucket begins that was served last; a newcomer starts here. */
    private long virtualTime;

    /** Somebody of the band is being served. */
    private boolean serving;

    /** Nobody of the band waits or is being served, since the time below. */
    private boolean idle = true;

    private long idleSinceNs;

    /** @param virtualTime where to begin, a multiple of a bucket's width */
    BandWheel(long virtualTime, long nowNs) {
        this.virtualTime = virtualTime;
        idleSinceNs = nowNs;
    }

    long virtualTime(long nowNs) {
        if (idle) {
            final long idleNs = Math.min(nowNs - idleSinceNs, ContainerQueue.LAPSE_NS);
            virtualTime += idleNs >> BUCKET_NS_SHIFT << BUCKET_SHIFT;
            idleSinceNs = nowNs - (idleNs & ((1L << BUCKET_NS_SHIFT) - 1L));
        }
        return virtualTime;
    }

    /** As {@link #virtualTime}, while somebody of the band is being served: then it stands still. */
    long servedVirtualTime() {
        return virtualTime;
    }

    boolean isEmpty() {
        return occupiedWords == 0L && heads[CONTINUING] == null && !someFar;
    }

    /** Sorts in {@code place}, whose virtual time must not be below the wheel's. */
    void insert(ContainerQueue place) {
        idle = false;
        final long ahead = (place.virtualTime - virtualTime) >> BUCKET_SHIFT;
        if (ahead >= BUCKETS) {
            if (far == null) {
                far = new FarPlaces();
            }
            far.add(place);
            someFar = true;
            return;
        }
        final int bucket = (firstBucket() + (int) ahead) & INDEX_MASK;
        if (heads[bucket] == null) {
            occupied[bucket >> 6] |= 1L << bucket;
            occupiedWords |= 1L << (bucket >> 6);
        }
        append(place, bucket);
    }

    private void append(ContainerQueue place, int bucket) {
        final ContainerQueue last = tails[bucket];
        place.bucket = bucket;
        place.previousInBucket = last;
        if (last == null) {
            heads[bucket] = place;
        } else {
            last.nextInBucket = place;
        }
        tails[bucket] = place;
    }

    /** As {@link #insert}, for one that goes on with something; false, with nothing done, if it is a bucket or more ahead. */
    boolean tryContinue(ContainerQueue place) {
        if ((place.virtualTime - virtualTime) >> BUCKET_SHIFT != 0L) {
            return false;
        }
        idle = false;
        append(place, CONTINUING);
        return true;
    }

    /** Takes out {@code place}, wherever it waits. */
    void remove(ContainerQueue place, long nowNs) {
        unlink(place);
        noticeIdle(nowNs);
    }

    /** The one that is being served is of this band now. */
    void beginService(long nowNs) {
        virtualTime(nowNs);
        idle = false;
        serving = true;
    }

    /** The one that was being served is about to wait here again. */
    void interruptService() {
        serving = false;
    }

    /** The one that was being served has nothing more, or is of another band now. */
    void endService(long nowNs) {
        serving = false;
        noticeIdle(nowNs);
    }

    private void noticeIdle(long nowNs) {
        if (!serving && isEmpty()) {
            idle = true;
            idleSinceNs = nowNs;
        }
    }

    private void unlink(ContainerQueue place) {
        final int bucket = place.bucket;
        if (bucket < ContainerQueue.NOT_WAITING) {
            far.remove(place);
            someFar = !far.isEmpty();
            return;
        }
        final ContainerQueue next = place.nextInBucket;
        final ContainerQueue previous = place.previousInBucket;
        if (previous == null) {
            heads[bucket] = next;
        } else {
            previous.nextInBucket = next;
        }
        if (next == null) {
            tails[bucket] = previous;
        } else {
            next.previousInBucket = previous;
        }
        if (heads[bucket] == null && bucket != CONTINUING) {
            occupied[bucket >> 6] &= ~(1L << bucket);
            if (occupied[bucket >> 6] == 0L) {
                occupiedWords &= ~(1L << (bucket >> 6));
            }
        }
        place.nextInBucket = null;
        place.previousInBucket = null;
        place.bucket = ContainerQueue.NOT_WAITING;
    }

    /** Takes out the container whose turn it is, to be served until {@link #endService}; the wheel must not be empty. */
    ContainerQueue pollFirst() {
        final ContainerQueue place = peekFirst();
        virtualTime += (place.virtualTime - virtualTime) & -(1L << BUCKET_SHIFT);
        unlink(place);
        serving = true;
        return place;
    }

    /** Returns the container that comes up next; the wheel must not be empty. */
    ContainerQueue peekFirst() {
        if (heads[CONTINUING] != null) {
            return heads[CONTINUING];
        }
        if (!someFar) {
            return heads[nextOccupied()];
        }
        final ContainerQueue furthest = far.first();
        if (occupiedWords == 0L) {
            return furthest;
        }
        // What is in the same bucket of the wheel came later: when that bucket was not beyond the last one any more.
        final int next = nextOccupied();
        final long ahead = (furthest.virtualTime - virtualTime) >> BUCKET_SHIFT;
        return ahead <= ((next - firstBucket()) & INDEX_MASK) ? furthest : heads[next];
    }

    private int firstBucket() {
        return (int) (virtualTime >>> BUCKET_SHIFT) & INDEX_MASK;
    }

    /** The first bucket that is not empty, from that of the present virtual time on and around. */
    private int nextOccupied() {
        final int first = firstBucket();
        final int word = first >> 6;
        final long here = occupied[word] & (-1L << first);
        if (here != 0L) {
            return (word << 6) + Long.numberOfTrailingZeros(here);
        }
        final long later = occupiedWords & (-2L << word);
        final int next = Long.numberOfTrailingZeros(later != 0L ? later : occupiedWords);
        return (next << 6) + Long.numberOfTrailingZeros(occupied[next]);
    }
}
