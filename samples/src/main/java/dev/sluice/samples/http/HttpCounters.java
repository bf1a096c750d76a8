// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

/** What a server has done. Belongs to the thread of its server. */
public final class HttpCounters {
    private static final int CLASSES = 10;

    private final long[] responsesByClass = new long[CLASSES];
    long requests;
    long connections;

    HttpCounters() {}

    void count(int status, int responses) {
        responsesByClass[status / 100] += responses;
    }

    /**
     * Returns how many responses were begun.
     *
     * @param statusClass 1 to 9, for 1xx to 9xx; RFC 9110 has those up to 5
     * @return since the start
     */
    public long responses(int statusClass) {
        return responsesByClass[statusClass];
    }

    /**
     * Returns how many requests there were, refused ones too.
     *
     * @return since the start
     */
    public long requests() {
        return requests;
    }

    /**
     * Returns how many clients were let in.
     *
     * @return since the start
     */
    public long connections() {
        return connections;
    }
}
