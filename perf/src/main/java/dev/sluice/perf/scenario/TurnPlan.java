// SPDX-License-Identifier: Apache-2.0
package dev.sluice.perf.scenario;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * How servers take turns. Turns are short and many: the servers of a run have the same stretch of a machine that is now fast, now slow.
 *
 * @param repeat runs
 * @param percents the rates of the open loop, of what the slowest server can do in a closed one
 * @param warmUpRounds of turns, at most, until a request no longer takes less CPU
 * @param closedTurns turns of each server in the closed loop of a run
 * @param openTurns turns of each server at each rate of a run
 */
record TurnPlan(
        int repeat,
        List<Integer> percents,
        long warmUpTurnMs,
        int warmUpRounds,
        int closedTurns,
        int openTurns,
        long turnMs) {

    long warmUpTurnNs() {
        return TimeUnit.MILLISECONDS.toNanos(warmUpTurnMs);
    }

    long turnNs() {
        return TimeUnit.MILLISECONDS.toNanos(turnMs);
    }

    void describe(Map<String, String> settings) {
        settings.put("runs", repeat + ", servers in turns of " + turnMs + " ms, of which the median counts");
        settings.put(
                "load",
                "closed loop, " + closedTurns + " turns each; then open loop, " + openTurns + " turns each at "
                        + percents.stream().map(String::valueOf).collect(Collectors.joining(", "))
                        + " percent of what the slowest server had in the closed one");
        settings.put(
                "busy",
                "turns with the generator busy above " + TurnServer.BUSY_AT_MOST
                        + " are counted; those of the open loop are thrown away");
    }
}
