// SPDX-License-Identifier: Apache-2.0
package dev.sluice.samples.http;

import dev.sluice.aio.protocol.OutboundQueue;
import dev.sluice.containers.ResourceContainer;
import dev.sluice.events.EventHandler;
import dev.sluice.events.Timer;

/**
 * How long one client, and what answers it, may take. What is fast enough costs no look at the clock and no timer: that is started anew only when it
 * expires, or is needed earlier.
 *
 * <p>Of an answer that is under way the kernel is asked, eight times in the time of a response, how much its client has acknowledged: since a
 * send of 64 KiB tells nothing before the last of them has found room in the kernel.
 */
final class Patience {
    /** Into how many steps the time of a response is divided. */
    static final int STEPS = 8;

    /** What becomes of an answer. */
    enum Verdict {
        GOES_ON,

        /** The client has everything that was said. */
        TAKEN,

        FILE_TOO_SLOW,
        ANSWER_TOO_LATE,
        CLIENT_TOO_SLOW
    }

    private final HttpServer http;
    private final Timer timer;

    /** Of what is awaited now. */
    private long sinceNs;

    private long durationNs;

    /** As the timer has it, which is another's memory to look at for each request. */
    private boolean started;

    private long expiresNs;

    /** Steps in which the file, or who answers, did nothing. */
    private int stillSteps;

    /** Steps since the client had taken as much as is asked of it. */
    private int slowSteps;

    private long takenBytes;
    private long lastTakenBytes;

    Patience(HttpServer http, ResourceContainer client, EventHandler asked) {
        this.http = http;
        timer = http.server.events().newTimer(client, event -> {
            started = false;
            asked.handle(event);
        });
    }

    /** Something else is awaited from now on. */
    void within(long newDurationNs) {
        sinceNs = http.nowNs;
        durationNs = newDurationNs;
        stillSteps = 0;
        slowSteps = 0;
        if (!started || expiresNs - (sinceNs + durationNs) > 0L) {
            start(sinceNs + durationNs);
        }
    }

    private void start(long deadlineNs) {
        started = true;
        expiresNs = deadlineNs;
        timer.startAt(deadlineNs);
    }

    /** What is awaited is given the same time once more. */
    void startAgain() {
        within(durationNs);
    }

    boolean isOver() {
        return http.nowNs - sinceNs >= durationNs;
    }

    /** Asks again when the time is over, or after another step. */
    void goOn() {
        if (!started) {
            start(isOver() ? http.nowNs + durationNs : sinceNs + durationNs);
        }
    }

    /** Tells, of what has no end that is awaited, whether nothing has moved since this was asked last. */
    boolean isStill(long movedBytes) {
        final boolean still = movedBytes == lastTakenBytes;
        lastTakenBytes = movedBytes;
        return still;
    }

    Verdict verdict(boolean answered, OutboundQueue out, long ackedBytes, int unackedBytes) {
        if (!isOver()) {
            return Verdict.GOES_ON;
        }
        final boolean moved = ackedBytes != lastTakenBytes;
        lastTakenBytes = ackedBytes;
        if (unackedBytes <= 1) {
            slowSteps = 0;
            takenBytes = ackedBytes;
            if (answered && out.isEmpty()) {
                return Verdict.TAKEN;
            }
            final boolean waits = !answered || out.isWaitingForFile();
            stillSteps = waits && !moved ? stillSteps + 1 : 0;
            if (stillSteps < STEPS) {
                return Verdict.GOES_ON;
            }
            stillSteps = 0;
            return answered ? Verdict.FILE_TOO_SLOW : Verdict.ANSWER_TOO_LATE;
        }
        stillSteps = 0;
        if (ackedBytes - takenBytes >= http.timeouts.leastTakenBytes()) {
            slowSteps = 0;
            takenBytes = ackedBytes;
        } else if (++slowSteps > STEPS) {
            return Verdict.CLIENT_TOO_SLOW;
        }
        return Verdict.GOES_ON;
    }

    void end() {
        started = false;
        timer.cancel();
    }
}
