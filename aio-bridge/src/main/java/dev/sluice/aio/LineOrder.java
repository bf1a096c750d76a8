package dev.sluice.aio;

/** Which of the operations that wait in a {@link Line} goes first: by band, then who has used least for its share, then arrival. */
final class LineOrder {
    private long arrivals;
    private long priorityChanges;

    long nextArrival() {
        return arrivals++;
    }

    /** The bands of what waits may have changed. */
    void prioritiesChanged() {
        priorityChanges++;
    }

    /** A number that is another one whenever bands may have changed. */
    long priorityChanges() {
        return priorityChanges;
    }

    static boolean goesBefore(LineOperation a, LineOperation b) {
        if (a.band != b.band) {
            return a.band > b.band;
        }
        if (a.virtualTime != b.virtualTime) {
            return a.virtualTime < b.virtualTime;
        }
        return a.sequence < b.sequence;
    }
}
