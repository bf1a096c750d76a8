// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

/** Something that may run out of time: in one {@link TimeoutList} at most. */
abstract class TimeoutEntry {
    TimeoutList list;
    TimeoutEntry next;
    TimeoutEntry previous;
    long deadlineNs;

    /** The time is over. The entry has left its list. */
    abstract void timedOut();

    final void stopTimeout() {
        if (list != null) {
            list.remove(this);
        }
    }
}
