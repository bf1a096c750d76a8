// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio.line;

/** Which of the operations that wait in a {@link Line} goes first: by band, then who has used least for its share of what was waited for, then arrival. */
public final class LineOrder {
    private long arrivals;
    private int lines;
    private long priorityChanges;

    /** Has the lines looked at before the next event is handed out. */
    private Runnable whenChanged = () -> {};

    /** Some container has, or had, a limit: until then nobody looks for them. */
    private boolean limited;

    /** Operations that wait for room in a container, in all lines. */
    private int setAside;

    boolean isLimited() {
        return limited;
    }

    void limited() {
        limited = true;
    }

    public boolean isAnySetAside() {
        return setAside > 0;
    }

    void setAside(int change) {
        setAside += change;
    }

    /** The number of a new line: 0, 1, ... */
    int nextLine() {
        return lines++;
    }

    long nextArrival() {
        return arrivals++;
    }

    /** The bands of what waits may have changed. */
    void prioritiesChanged() {
        priorityChanges++;
    }

    public void whenChanged(Runnable task) {
        whenChanged = task;
    }

    /** Somebody who waits may go now, or before others. */
    void changed() {
        whenChanged.run();
    }

    /** A number that is another one whenever bands may have changed. */
    long priorityChanges() {
        return priorityChanges;
    }

    public static boolean goesBefore(LineOperation a, LineOperation b) {
        if (a.band != b.band) {
            return a.band > b.band;
        }
        if (a.virtualTime != b.virtualTime) {
            return a.virtualTime < b.virtualTime;
        }
        return a.sequence < b.sequence;
    }
}
