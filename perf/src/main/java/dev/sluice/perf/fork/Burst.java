// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.fork;

import java.io.IOException;

/** Low descriptors that became ready one after the other, and an urgent one after them: all of it before the server looks. */
abstract class Burst implements AutoCloseable {
    private final long handlerNs;
    private boolean urgentCame;
    private int lowsBefore;
    private int lowsServed;
    private long urgentNs;

    /** @param handlerNs what each low event takes */
    Burst(long handlerNs) {
        this.handlerNs = handlerNs;
    }

    /** How many low ones were handed out before the urgent one, and how long it took to be handed out. */
    record Wait(int lowsBefore, long ns) {}

    /** Makes all ready, then serves all. */
    final Wait run(int lows) throws IOException {
        urgentCame = false;
        lowsServed = 0;
        for (int i = 0; i < lows; i++) {
            signalLow(i);
        }
        final long startNs = System.nanoTime();
        signalUrgent();
        while (lowsServed < lows || !urgentCame) {
            serve();
        }
        return new Wait(lowsBefore, urgentNs - startNs);
    }

    abstract void signalLow(int index) throws IOException;

    abstract void signalUrgent() throws IOException;

    /** Waits for events and calls one of the two below for each. */
    abstract void serve() throws IOException;

    final void urgentHandedOut() {
        urgentNs = System.nanoTime();
        lowsBefore = lowsServed;
        urgentCame = true;
    }

    /** @param startNs when it was handed out */
    final void lowServed(long startNs) {
        lowsServed++;
        Handling.until(startNs, handlerNs);
    }

    @Override
    public abstract void close() throws IOException;
}
